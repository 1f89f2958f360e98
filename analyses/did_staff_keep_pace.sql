-- Groeide het personeel mee met het werk?
-- Did staff keep pace with the work?
-- Beslissingen zonder rechtszaken en Caribisch Nederland. Niet elke beslissing is even veel werk: dit zegt niets over productiviteit.
-- Decisions without court cases and the Caribbean unit. Not every decision is as much work: this says nothing of productivity.
with observations as (

    select * from {{ ref('fct_observations') }}
    where is_current

),

products as (

    select * from {{ ref('dim_products') }}

),

workforce as (

    select * from {{ ref('fct_workforce') }}

),

printed as (

    select
        case observations.series_code
            when 'workforce.total_staff' then 'staff, FTE'
            when 'workforce.external_staff' then 'of which external, FTE'
            else 'decisions'
        end as figure,
        observations.reference_year,
        sum(observations.value) as value,
        sum(observations.value_lower) as value_lower,
        sum(observations.value_upper) as value_upper
    from observations
    inner join products using (product_code)
    where
        observations.series_code in ('workforce.total_staff', 'workforce.external_staff')
        or (
            observations.measure_code = 'decisions'
            and products.decided_by = 'IND'
            and products.product_group != 'caribbean_netherlands'
        )
    group by figure, observations.reference_year

),

figures as (

    select * from printed
    union all
    select
        'external share of staff' as figure,
        reference_year,
        external_share as value,
        external_share_lower as value_lower,
        external_share_upper as value_upper
    from workforce

)

select
    figures.figure,
    round(before.value, 3) as year_before,
    round(figures.value, 3) as newest_year,
    round(figures.value / before.value - 1, 3) as growth,
    round(figures.value_lower / before.value_upper - 1, 3) as at_least,
    round(figures.value_upper / before.value_lower - 1, 3) as at_most
from figures
inner join figures as before
    on
        figures.figure = before.figure
        and figures.reference_year = before.reference_year + 1
where figures.reference_year = (select max(workforce.reference_year) from workforce)
order by newest_year desc
