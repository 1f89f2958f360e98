with comparisons as (

    select * from {{ ref('int_comparisons') }}

),

breaks as (

    select * from {{ ref('dim_breaks') }}

),

trends as (

    {% for trend_code, kind, formula, unit, condition in [
        ('change', 'year_before', 'value - earlier', 'unit', 'true'),
        ('growth', 'year_before', 'value / nullif(earlier, 0) - 1', "'ratio'", "unit in ('count', 'fte')"),
        ('index', 'base_year', '100 * value / nullif(earlier, 0)', "'index'", 'true'),
    ] %}
    select
        * replace ({{ unit }} as unit),
        '{{ trend_code }}' as trend_code,
        {{ bounded('trend', formula, rises_with=['value'], falls_with=['earlier']) }}
    from comparisons
    where kind = '{{ kind }}' and {{ condition }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

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
    -- the base year is 100 by definition, whatever the rounding
    if(trends.compared_with = trends.reference_year, 100, trends.trend_lower) as value_lower,
    if(trends.compared_with = trends.reference_year, 100, trends.trend_upper) as value_upper,
    trends.unit,
    trends.compared_with,
    crossed.break_note_nl,
    crossed.break_note_en,
    trends.edition_year,
    trends.from_edition_year,
    trends.note_nl,
    trends.note_en
from trends
left join crossed using (series_code, reference_year, trend_code)
where trends.trend is not null
order by trend_key
