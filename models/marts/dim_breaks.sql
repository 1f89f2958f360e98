with breaks as (

    select * from {{ ref('breaks') }}

),

series as (

    select * from {{ ref('int_series') }}

)

select
    breaks.series_code || '/' || breaks.reference_year || '/' || breaks.kind as break_key,
    breaks.series_code,
    series.product_code,
    series.measure_code,
    breaks.reference_year,
    breaks.kind,
    breaks.note_nl,
    breaks.note_en,
    breaks.source
from breaks
left join series using (series_code)
order by breaks.series_code, breaks.reference_year
