{% test is_filled(model, column_name) %}
    select place || ': {{ column_name }} is empty; enter a value' as message
    from {{ placed(model) }}
    where {{ column_name }} is null
{% endtest %}
