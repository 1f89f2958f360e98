{% test refers_to(model, column_name, to, field) %}
    select
        place || ': {{ column_name | replace("'", "''") }} is "' || {{ column_name }}::varchar
        || '", which is not in {{ to.identifier }}; correct it here or add it there' as message
    from {{ placed(model) }}
    where
        {{ column_name }} is not null
        and {{ column_name }} not in (select {{ field }} from {{ to }} where {{ field }} is not null)
{% endtest %}
