{% macro notes_of(uses) -%}
    select
        row_key,
        {%- for kind in ['break', 'remark'] %}
        {%- for language in ['nl', 'en'] %}
        string_agg(note_{{ language }}, ' ' order by note_key) filter (where kind = '{{ kind }}')
            as {{ 'break_note' if kind == 'break' else kind }}_{{ language }}{{ ',' if not (kind == 'remark' and loop.last) }}
        {%- endfor %}
        {%- endfor %}
    from (
        -- one note may be about several series
        select
            uses.row_key,
            notes.kind,
            min(notes.series_code || notes.note_key) as note_key,
            string_agg(uses.name_nl, ', ' order by notes.series_code) || ': ' || notes.note_nl as note_nl,
            string_agg(uses.name_en, ', ' order by notes.series_code) || ': ' || notes.note_en as note_en
        from {{ uses }} as uses
        inner join {{ ref('int_notes') }} as notes using (series_code, reference_year)
        where notes.is_current
        group by uses.row_key, notes.kind, notes.note_nl, notes.note_en
    )
    group by row_key
{%- endmacro %}
