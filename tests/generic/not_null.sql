{% test not_null(model, column_name) %}
    select '{{ model.identifier }}: {{ column_name }} is empty in the row ' || to_json(checked) || '; give it a value' as message
    from {{ model }} as checked
    where {{ column_name }} is null
{% endtest %}
