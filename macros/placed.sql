{% macro placed(model) -%}
    {%- set seed = namespace(path=none) -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'seed' and node.name == model.identifier -%}
            {%- set seed.path = node.original_file_path -%}
        {%- endfor -%}
    {%- endif -%}
    (
        select
            *,
            {% if seed.path %}'{{ seed.path }}, line ' || (row_number() over () + 1){% else %}'{{ model.identifier }}'{% endif %} as place
        from {{ model }}
    )
{%- endmacro %}
