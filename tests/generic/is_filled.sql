{% test is_filled(model, columns) %}
    {% for column_name in columns %}
    select place || ': {{ column_name }} is empty; enter a value' as message
    from {{ placed(model) }}
    where {{ column_name }} is null
    {{ 'union all' if not loop.last }}
    {% endfor %}
{% endtest %}
