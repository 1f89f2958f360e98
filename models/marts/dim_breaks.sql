with breaks as (

    select * from {{ ref('breaks') }}

),

series as (

    select * from {{ ref('int_series') }}

),

observations as (

    select * from {{ ref('int_observations') }}
    where is_current and value is not null

),

-- breaks between an available figure and the year before it
crossed as (

    select distinct
        breaks.series_code,
        breaks.reference_year,
        breaks.kind
    from breaks
    inner join observations
        on
            breaks.series_code = observations.series_code
            and {{ crosses_break('observations.reference_year - 1', 'observations.reference_year') }}

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
    crossed.series_code is not null as is_crossed
from breaks
left join series using (series_code)
left join crossed using (series_code, reference_year, kind)
order by breaks.series_code, breaks.reference_year
