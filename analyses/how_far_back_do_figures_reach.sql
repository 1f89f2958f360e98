-- Hoe ver gaan de cijfers terug?
-- How far back do the figures reach?
-- Van een onvolledige editie (dim_editions) is hier alleen een deel. family_incl_echr8 heeft een andere definitie dan family.
-- Of a partial edition (dim_editions) only a part is here. family_incl_echr8 has another definition than family.
with reaches as (

    select
        series_code,
        product_code,
        measure_code,
        min(reference_year) as first_year,
        max(reference_year) as last_year
    from {{ ref('fct_observations') }}
    group by series_code, product_code, measure_code

),

commonest as (

    select
        first_year,
        last_year
    from reaches
    group by first_year, last_year
    order by count(*) desc
    limit 1

),

named as (

    select
        reaches.*,
        commonest.first_year is null as reaches_otherwise
    from reaches
    left join commonest using (first_year, last_year)

)

select
    case when reaches_otherwise then product_code else 'all others' end as product,
    first_year,
    last_year,
    case when reaches_otherwise then string_agg(measure_code, ', ' order by measure_code) else count(*) || ' series' end as measures
from named
group by product, reaches_otherwise, first_year, last_year
order by reaches_otherwise desc, first_year asc, product asc
