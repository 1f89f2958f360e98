{% macro notes_of(uses) -%}
    select
        row_key,
        {%- for kind in ['break_note', 'remark'] %}
        {%- for language in ['nl', 'en'] %}
        string_agg(note_{{ language }}, ' ' order by note_key, note_nl) filter (where kind = '{{ kind }}') as {{ kind }}_{{ language }}
        {{- ',' if not (kind == 'remark' and loop.last) }}
        {%- endfor %}
        {%- endfor %}
    from (
        -- one note may apply to several series
        select
            row_key,
            kind,
            min(note_key) as note_key,
            concat_ws(': ', string_agg(name_nl, ', ' order by note_key), note_nl) as note_nl,
            concat_ws(': ', string_agg(name_en, ', ' order by note_key), note_en) as note_en
        from (
            select
                uses.row_key,
                'break_note' as kind,
                breaks.break_key as note_key,
                uses.name_nl,
                uses.name_en,
                breaks.note_nl,
                breaks.note_en
            from {{ uses }} as uses
            inner join {{ ref('dim_breaks') }} as breaks
                on
                    uses.series_code = breaks.series_code
                    and {{ crosses_break('coalesce(uses.compared_with, uses.reference_year - 1)', 'uses.reference_year') }}
            -- only series that are printed for that year
            semi join {{ ref('int_cells') }} as cells
                on uses.series_code = cells.series_code and uses.reference_year = cells.reference_year
            union all
            select distinct
                uses.row_key,
                'remark' as kind,
                uses.series_code || '/' || remarks.reference_year || '/' || remarks.kind as note_key,
                uses.name_nl || if(remarks.reference_year != uses.reference_year, ' ' || remarks.reference_year, '') as name_nl,
                uses.name_en || if(remarks.reference_year != uses.reference_year, ' ' || remarks.reference_year, '') as name_en,
                remarks.remark_nl as note_nl,
                remarks.remark_en as note_en
            from {{ uses }} as uses
            inner join {{ ref('int_remarks') }} as remarks
                on
                    uses.series_code = remarks.series_code
                    and remarks.reference_year in (uses.reference_year, uses.compared_with)
            where remarks.is_current
        )
        group by row_key, kind, note_nl, note_en
    )
    group by row_key
{%- endmacro %}
