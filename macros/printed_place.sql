{% macro printed_place() -%}
    seed_path || ', line ' || seed_line || ': ' || table_label || ' / ' || row_label || ' / ' || reference_year
{%- endmacro %}
