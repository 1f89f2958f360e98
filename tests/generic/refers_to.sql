{% test refers_to(model, column_name, to, field) %}
    {%- set nodes = graph.nodes.values() | selectattr('name', 'equalto', to.identifier) | list if execute else [] %}
    with known as (select {{ field }} as code from {{ to }} where {{ field }} is not null)

    -- once per value, at its first line: one error in the other file may concern many lines here
    select
        min_by(place, (length(place), place)) || case when count(*) > 1 then ' and ' || count(*) - 1 || ' more' else '' end
        || ': {{ column_name ~ " " if "(" not in column_name }}"' || code || '" is not in {{ nodes | map(attribute="original_file_path") | first }}; the nearest there is "'
        || (select arg_max(known.code, jaro_winkler_similarity(known.code, used.code)) from known) || '". Correct it here, or correct or add it there' as message
    from (select place, {{ column_name }} as code from {{ placed(model) }}) as used
    where code is not null and code not in (select known.code from known)
    group by code
{% endtest %}
