{% macro placed(relation) -%}
    {%- if execute -%}
    {#- with a where, dbt passes a subquery instead of the relation; file lines must be numbered before it filters -#}
    {%- set filtered = relation is string -%}
    {%- set tables = graph.nodes.values() | selectattr('resource_type', 'in', ['seed', 'model']) -%}
    {%- set table = graph.nodes[model.attached_node] if filtered else tables | selectattr('name', 'equalto', relation.identifier) | first -%}
    (
        select * from (
            select
                *,
                {% if table.resource_type == 'seed' -%}
                '{{ table.original_file_path }}, line ' || (row_number() over () + 1) as place
                {%- else -%}
                '{{ table.name }}' as place
                {%- endif %}
            from {{ table.relation_name if filtered else relation }}
        )
        {{ 'where ' ~ config.get('where') if filtered }}
    )
    {%- endif -%}
{%- endmacro %}
