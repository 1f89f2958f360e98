{% macro by_year(name, figures) -%}
cells as (

    select * from {{ ref('int_cells') }}
    where series_code in ('{{ figures.values() | join("', '") }}')

),

series as (

    select * from {{ ref('int_series') }}

),

uses as (

    -- once a year, however many editions print that year
    select distinct
        cells.reference_year as row_key,
        cells.reference_year,
        null::integer as compared_with,
        cells.series_code,
        series.name_nl,
        series.name_en
    from cells
    inner join series using (series_code)

),

notes as (

    {{ notes_of('uses') }}

),

years as (

    select
        {%- for column, series_code in figures.items() %}
        {{ printed_figure(column, "series_code = '" ~ series_code ~ "'") }},
        {%- endfor %}
        reference_year
    from cells
    group by reference_year

),

by_year as (

    select
        '{{ name }}/' || years.reference_year as {{ name }}_key,
        make_date(years.reference_year, 12, 31) as period_end,
        years.*,
        notes.break_note_nl,
        notes.break_note_en,
        notes.remark_nl,
        notes.remark_en
    from years
    left join notes on years.reference_year = notes.row_key

)
{%- endmacro %}
