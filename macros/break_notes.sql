{% macro break_notes(uses) -%}
    select
        row_key,
        string_agg(note_nl, ' ' order by break_key) as break_note_nl,
        string_agg(note_en, ' ' order by break_key) as break_note_en
    from (
        -- one note may be about several series
        select
            uses.row_key,
            min(breaks.break_key) as break_key,
            string_agg(uses.name_nl, ', ' order by breaks.break_key) || ': ' || breaks.note_nl as note_nl,
            string_agg(uses.name_en, ', ' order by breaks.break_key) || ': ' || breaks.note_en as note_en
        from {{ uses }} as uses
        inner join {{ ref('dim_breaks') }} as breaks
            on
                uses.series_code = breaks.series_code
                and {{ crosses_break('uses.reference_year - 1', 'uses.reference_year') }}
        group by uses.row_key, breaks.note_nl, breaks.note_en
    )
    group by row_key
{%- endmacro %}
