with series as (

    select * from {{ ref('int_series') }}

)

select
    series_code,
    product_code,
    measure_code,
    name_nl,
    name_en,
    unit,
    role,
    stock_or_flow,
    half_width,
    note_nl,
    note_en
from series
order by series_code
