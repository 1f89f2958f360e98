{% macro printed_place() -%}
    'seeds/printed/printed_rows.csv, line ' || seed_line || ': ' || table_label || ' / ' || row_label || ' / ' || reference_year
{%- endmacro %}
