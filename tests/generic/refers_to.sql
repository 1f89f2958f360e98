{% test refers_to(model, column_name, to, field) %}
    {%- set nodes = graph.nodes.values() | selectattr('name', 'equalto', to.identifier) | list if execute else [] %}
    with known as (select {{ field }} as code from {{ to }} where {{ field }} is not null)

    select
        place || ': {{ column_name | replace("'", "''") }} is "' || code || '", which is not in {{ nodes | map(attribute="original_file_path") | first }}; the nearest there is "'
        || (select arg_max(known.code, jaro_winkler_similarity(known.code, used.code)) from known) || '". Correct it here, or add a line there' as message
    from (select place, {{ column_name }} as code from {{ placed(model) }}) as used
    where code is not null and code not in (select known.code from known)
{% endtest %}
