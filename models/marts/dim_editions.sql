with editions as (

    select * from {{ ref('editions') }}

),

observations as (

    select * from {{ ref('int_observations_bounded') }}

),

printed as (

    select
        edition_year,
        min(reference_year) as first_reference_year,
        max(reference_year) as last_reference_year,
        count(*)::integer as printed_figures
    from observations
    group by edition_year

)

select
    'jaarcijfers_' || editions.edition_year as edition_key,
    editions.edition_year,
    editions.title,
    editions.publisher,
    editions.publication,
    editions.published,
    editions.address,
    printed.first_reference_year,
    printed.last_reference_year,
    printed.printed_figures
from editions
inner join printed using (edition_year)
order by editions.edition_year
