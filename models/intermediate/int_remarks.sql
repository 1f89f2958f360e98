{%- set withdrawn = {
    'nl': 'Editie {} vermeldde hier {}, editie {} een streepje.',
    'en': 'Edition {} printed {} here, edition {} prints a dash.',
} -%}
with remarks as (

    select * from {{ ref('remarks') }}

),

cells as not materialized (

    select * from {{ ref('int_cells') }}

),

-- every printing of a figure with a remark
printings as (

    select
        cells.publication_code,
        cells.series_code,
        cells.reference_year,
        cells.edition_year = max(cells.edition_year) over (
            partition by remarks.publication_code, cells.series_code, cells.reference_year, remarks.kind
        ) as is_current,
        cells.publication_code = remarks.publication_code as is_remarked,
        cells.value = remarked.value as has_same_value,
        remarks.kind,
        remarks.remark_nl,
        remarks.remark_en
    from remarks
    inner join cells as remarked using (publication_code, series_code, reference_year)
    inner join cells on remarks.series_code = cells.series_code and remarks.reference_year = cells.reference_year

),

-- a remark on how a publication prints a figure applies to that publication; any other, wherever the same figure is printed
repeated as (

    select
        publication_code,
        series_code,
        reference_year,
        is_current,
        kind,
        remark_nl,
        remark_en
    from printings
    where is_remarked or (has_same_value and kind not in ('rounded otherwise', 'printed otherwise'))

),

-- remarks on cells without a figure have no observation
without_figure as (

    select
        publication_code,
        series_code,
        reference_year,
        true as is_current,
        kind,
        remark_nl,
        remark_en
    from remarks
    where kind = 'no figure'

),

-- each dash beside what other editions print
dashes as (

    select
        cells.publication_code,
        cells.series_code,
        cells.reference_year,
        cells.edition_year,
        elsewhere.edition_year as other_edition,
        elsewhere.printed_value,
        elsewhere.value is not null and elsewhere.edition_year < cells.edition_year as is_withdrawal
    from cells
    inner join cells as elsewhere using (series_code, reference_year)
    where cells.value is null

),

withdrawn as (

    select
        {% for language, text in withdrawn.items() -%}
        format(
            '{{ text }}',
            max(other_edition) filter (where is_withdrawal),
            max_by(printed_value, other_edition) filter (where is_withdrawal),
            edition_year
        ) as remark_{{ language }},
        {% endfor -%}
        publication_code,
        series_code,
        reference_year,
        edition_year = max(other_edition) as is_current,
        'withdrawn' as kind
    from dashes
    group by publication_code, series_code, reference_year, edition_year
    having bool_or(is_withdrawal)

)

select * from repeated
union all by name
select * from without_figure
union all by name
select * from withdrawn
