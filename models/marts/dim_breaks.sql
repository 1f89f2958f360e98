with breaks as (

    select * from {{ ref('breaks') }}

),

series as (

    select * from {{ ref('int_series') }}

),

-- the years of which figures are held
held as (

    select
        series_code,
        min(reference_year) as first_year,
        max(reference_year) as last_year
    from {{ ref('int_observations') }}
    where is_current and value is not null
    group by series_code

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
    breaks.source,
    coalesce(breaks.reference_year between held.first_year and held.last_year, false) as is_crossed
from breaks
left join series using (series_code)
left join held using (series_code)
order by breaks.series_code, breaks.reference_year
