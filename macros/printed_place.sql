{% macro printed_place() -%}
    'seeds/printed/printed_rows.csv, line ' || seed_line || ': ' || table_label || ' / ' || row_label || ' / ' || coalesce(reference_year::varchar, 'year not known')
{%- endmacro %}
