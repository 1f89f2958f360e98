-- Hoe ver gaan de cijfers terug, en tot wanneer lopen ze?
-- How far back do the figures reach, and how recent are they?
-- Het laatste jaar komt uit een hele editie of alleen van een webpagina. Familie & Gezin met 8 EVRM is een andere reeks.
-- The last year comes from a whole edition or only from a web page. Family with Article 8 ECHR is a different series.
with observations as (

    select * from {{ ref('fct_observations') }}

),

reaches as (

    select
        series_code,
        product_code,
        measure_code,
        min(reference_year) as first_year,
        max(reference_year) as last_year,
        count(distinct reference_year) as years,
        -- pages print no tables
        arg_max(if(printed_in = 'page', 'page', 'whole'), (reference_year, printed_in != 'page')) as printed_in
    from observations
    group by series_code, product_code, measure_code

),

commonest as (

    select
        first_year,
        last_year,
        years
    from reaches
    group by first_year, last_year, years
    order by count(*) desc, last_year desc
    limit 1

),

named as (

    select
        reaches.*,
        commonest.first_year is null as reaches_otherwise
    from reaches
    left join commonest using (first_year, last_year, years)

),

together as (

    select
        case when reaches_otherwise then product_code else 'all others' end as product,
        first_year,
        last_year,
        years,
        printed_in as last_in,
        count(*) || ' series' as number_of_series,
        string_agg(measure_code, ', ' order by measure_code) as measure_codes
    from named
    group by all

)

select
    product,
    first_year as since,
    last_year as latest,
    years,
    last_in,
    if(product = 'all others' or length(measure_codes) > 30, number_of_series, measure_codes) as measures
from together
order by product = 'all others' desc, first_year asc, last_year desc, product asc, last_in asc
limit 20
