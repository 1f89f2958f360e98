with comparisons as (

    select * from {{ ref('int_comparisons') }}

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

uses as (

    select
        concat_ws('/', series_code, reference_year, trend_code) as row_key,
        reference_year,
        compared_with,
        series_code,
        null as name_nl,
        null as name_en
    from trends

),

notes as (

    {{ notes_of('uses') }}

)

select
    concat_ws('/', trends.series_code, trends.reference_year, trends.trend_code) as trend_key,
    trends.series_code,
    trends.reference_year,
    trends.trend_code,
    trends.trend as value,
    -- the base year is exactly 100 by definition
    if(trends.compared_with = trends.reference_year, 100, trends.trend_lower) as value_lower,
    if(trends.compared_with = trends.reference_year, 100, trends.trend_upper) as value_upper,
    trends.unit,
    trends.compared_with,
    notes.break_note_nl,
    notes.break_note_en,
    trends.edition_year,
    trends.from_edition_year,
    trends.note_nl,
    trends.note_en,
    notes.remark_nl,
    notes.remark_en
from trends
left join notes on concat_ws('/', trends.series_code, trends.reference_year, trends.trend_code) = notes.row_key
where trends.trend is not null
order by trend_key
