-- Groeide het personeel mee met het werk?
-- Did staff keep pace with the work?
-- Zonder rechtszaken en Caribisch Nederland. Vermeld welke beslissingen meetellen; niet elke beslissing kost even veel werk.
-- Without court cases and the Caribbean unit. State which decisions are counted; not every decision takes the same work.
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

decisions as (

    select
        observations.*,
        -- withdrawals follow no application, and objections concern earlier decisions
        observations.product_code not in ('permit_withdrawals', 'objections') as on_application
    from observations
    inner join products using (product_code)
    where
        observations.measure_code = 'decisions'
        and products.decided_by = 'IND'
        and products.product_group != 'caribbean_netherlands'

),

figures as (

    select
        'decisions' as figure,
        'count' as unit,
        reference_year,
        sum(value) as value,
        sum(value_lower) as value_lower,
        sum(value_upper) as value_upper
    from decisions
    group by reference_year
    union all
    select
        'of which on applications' as figure,
        'count' as unit,
        reference_year,
        sum(value) as value,
        sum(value_lower) as value_lower,
        sum(value_upper) as value_upper
    from decisions
    where on_application
    group by reference_year
    union all
    select
        case measure_code when 'total_staff' then 'staff, FTE' else 'of which external, FTE' end as figure,
        unit,
        reference_year,
        value,
        value_lower,
        value_upper
    from observations
    where series_code in ('workforce.total_staff', 'workforce.external_staff')
    union all
    select
        'external share of staff' as figure,
        'share' as unit,
        reference_year,
        external_share as value,
        external_share_lower as value_lower,
        external_share_upper as value_upper
    from workforce

)

select
    figures.reference_year as year,
    figures.figure,
    figures.unit,
    rounded(before.value, 'share') as year_before,
    rounded(figures.value, 'share') as this_year,
    rounded(figures.value / grown.value - 1, 'ratio') as growth,
    at_least(figures.value_lower / grown.value_upper - 1, 'ratio') as at_least,
    at_most(figures.value_upper / grown.value_lower - 1, 'ratio') as at_most
from figures
inner join figures as before
    on
        figures.figure = before.figure
        and figures.reference_year = before.reference_year + 1
-- a share changes by points: its growth would mislead
left join figures as grown
    on
        before.figure = grown.figure
        and before.reference_year = grown.reference_year
        and grown.unit != 'share'
where
    figures.reference_year = (
        select edition_year from {{ ref('dim_editions') }}
        where is_newest_whole
    )
order by this_year desc
