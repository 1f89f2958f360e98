{% macro complete_file(results) -%}
    {%- set tables = (graph.nodes or {}).values() | selectattr('resource_type', 'in', ['seed', 'model']) | list -%}
    {%- set built = results | selectattr('status', 'equalto', 'success') | map(attribute='node.unique_id') | list -%}
    {%- if execute and tables | rejectattr('unique_id', 'in', built) | list | length == 0 -%}
        {#- files with the same figures have the same identity -#}
        {%- set sums = [] -%}
        {%- for table in tables | rejectattr('config.materialized', 'equalto', 'view') | sort(attribute='unique_id') -%}
            {%- do sums.append('select sum(hash(each_row))::varchar as figures from ' ~ table.schema ~ '.' ~ table.name ~ ' as each_row') -%}
        {%- endfor -%}
        {%- set identity = run_query('select md5(string_agg(figures)) from (' ~ sums | join(' union all ') ~ ')') -%}
        {{ describe_columns() }}
        {{ create_macros(identity.rows[0][0]) }}
    {%- endif -%}
{%- endmacro %}
