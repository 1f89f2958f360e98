{% macro duckdb__load_csv_rows(model, agate_table) -%}
    {{ return(default__load_csv_rows(model, agate_table)) }}
{%- endmacro %}
