{% test relationships(model, column_name, to, field) %}
    select
        '{{ model.identifier }}: {{ column_name }} = ' || {{ column_name }}::varchar || ' in the row ' || to_json(checked)
        || ' is not in {{ to.identifier }}; correct it here or add it there' as message
    from {{ model }} as checked
    where
        {{ column_name }} is not null
        and {{ column_name }} not in (select {{ field }} from {{ to }})
{% endtest %}
