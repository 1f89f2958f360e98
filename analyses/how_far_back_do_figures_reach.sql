-- Hoe ver gaan de cijfers terug?
-- How far back do the figures reach?
-- Van oudere edities is hier alleen wat webpagina's nog tonen. family_incl_echr8 is een andere definitie dan family.
-- Of older editions only what web pages still show is here. family_incl_echr8 is another definition than family.
with reaches as (

    select
        series_code,
        min(reference_year) as first_year,
        max(reference_year) as last_year,
        string_agg(distinct edition_year::varchar, ', ' order by edition_year::varchar) as editions
    from {{ ref('fct_observations') }}
    group by series_code

),

newest as (

    select * from {{ ref('dim_editions') }}
    where edition_year = (select max(edition_year) from {{ ref('dim_editions') }})

)

select
    case when editions = newest.edition_year::varchar then 'all others' else series_code end as series,
    count(*) as number,
    min(first_year) as first_year,
    max(last_year) as last_year,
    editions
from reaches
cross join newest
group by series, editions
order by number, first_year, series
