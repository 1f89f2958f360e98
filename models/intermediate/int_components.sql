with series as (

    select * from {{ ref('int_series') }}

),

parts as (

    select * from {{ ref('products') }}
    where part_of is not null

)

select
    product_code,
    measure_code,
    role,
    series_code,
    row_name_nl as name_nl,
    row_name_en as name_en
from series

union all

-- a derived product is the sum of its parts, so its series are theirs
select
    parts.part_of as product_code,
    series.measure_code,
    series.role,
    series.series_code,
    series.row_name_nl || ' (' || parts.short_name_nl || ')' as name_nl,
    series.row_name_en || ' (' || parts.short_name_en || ')' as name_en
from series
inner join parts using (product_code)
where series.role in ('inflow', 'outflow', 'stock')
