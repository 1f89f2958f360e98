with products as (

    select * from {{ ref('products') }}

),

sums as (

    select distinct part_of as product_code from products
    where part_of is not null

),

series as (

    select * from {{ ref('int_series') }}

),

roles as (

    select
        product_code,
        bool_or(role = 'inflow') and bool_or(role = 'outflow') as is_caseload,
        max(row_name_nl) filter (where role = 'inflow') as inflow_name_nl,
        max(row_name_en) filter (where role = 'inflow') as inflow_name_en,
        max(row_name_nl) filter (where role = 'outflow') as outflow_name_nl,
        max(row_name_en) filter (where role = 'outflow') as outflow_name_en,
        max(outcome_kind) as outcome_kind
    from series
    group by product_code

)

select
    products.product_code,
    products.position,
    products.product_group,
    products.name_nl,
    products.name_en,
    products.short_name_nl,
    products.short_name_en,
    sums.product_code is not null as is_derived,
    coalesce(roles.is_caseload, is_derived) as is_caseload,
    products.decided_by,
    roles.outcome_kind,
    roles.inflow_name_nl,
    roles.inflow_name_en,
    roles.outflow_name_nl,
    roles.outflow_name_en,
    products.note_nl,
    products.note_en,
    products.part_of
from products
left join roles using (product_code)
left join sums using (product_code)
order by products.position
