with observations as (

    select * from {{ ref('int_observations') }}
    where is_current and value is not null

),

breaks as (

    select * from {{ ref('dim_breaks') }}

),

-- joined by year, not lagged by row: a year that is not printed must not become last year
compared as (

    select
        observations.series_code,
        observations.reference_year,
        observations.unit,
        observations.value,
        observations.value_lower,
        observations.value_upper,
        previous.value as previous,
        previous.value_lower as previous_lower,
        previous.value_upper as previous_upper,
        base.value as base,
        base.value_lower as base_lower,
        base.value_upper as base_upper
    from observations
    left join observations as previous
        on
            observations.series_code = previous.series_code
            and observations.reference_year = previous.reference_year + 1
    left join observations as base
        on
            observations.series_code = base.series_code
            and base.reference_year = {{ var('index_base_year') }}

),

changes as (

    select
        series_code,
        reference_year,
        'change' as trend_code,
        reference_year - 1 as compared_with,
        unit,
        {{ bounded('trend', 'value - previous', rises_with=['value'], falls_with=['previous']) }}
    from compared

),

growths as (

    select
        series_code,
        reference_year,
        'growth' as trend_code,
        reference_year - 1 as compared_with,
        'ratio' as unit,
        {{ bounded('trend', 'value / nullif(previous, 0) - 1', rises_with=['value'], falls_with=['previous']) }}
    from compared
    where unit in ('count', 'fte')

),

indexes as (

    select
        series_code,
        reference_year,
        'index' as trend_code,
        {{ var('index_base_year') }} as compared_with,
        'index' as unit,
        {{ bounded('trend', '100 * value / nullif(base, 0)', rises_with=['value'], falls_with=['base']) }}
    from compared
    where unit in ('count', 'fte') and reference_year != {{ var('index_base_year') }}

),

-- the base year is 100 by definition, whatever the rounding
base_years as (

    select
        series_code,
        reference_year,
        'index' as trend_code,
        {{ var('index_base_year') }} as compared_with,
        'index' as unit,
        100.0::double as trend,
        100.0::double as trend_lower,
        100.0::double as trend_upper
    from compared
    where unit in ('count', 'fte') and reference_year = {{ var('index_base_year') }} and value != 0

),

trends as (

    select * from changes
    union all
    select * from growths
    union all
    select * from indexes
    union all
    select * from base_years

),

crossed as (

    select
        trends.series_code,
        trends.reference_year,
        trends.trend_code,
        string_agg(breaks.note_nl, ' ' order by breaks.break_key) as break_note_nl,
        string_agg(breaks.note_en, ' ' order by breaks.break_key) as break_note_en
    from trends
    inner join breaks
        on
            trends.series_code = breaks.series_code
            and {{ crosses_break('trends.compared_with', 'trends.reference_year') }}
    group by all

)

select
    trends.series_code || '/' || trends.reference_year || '/' || trends.trend_code as trend_key,
    trends.series_code,
    trends.reference_year,
    trends.trend_code,
    trends.trend as value,
    trends.trend_lower as value_lower,
    trends.trend_upper as value_upper,
    trends.unit,
    trends.compared_with,
    crossed.break_note_nl,
    crossed.break_note_en
from trends
left join crossed using (series_code, reference_year, trend_code)
where trends.trend is not null
order by trend_key
