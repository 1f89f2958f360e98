{% test is_one_of(model, values) %}
    {% for column_name, allowed in values.items() %}
    select place || ': {{ column_name }} is "' || {{ column_name }} || '"; write one of {{ allowed | join(", ") }}' as message
    from {{ placed(model) }}
    where {{ column_name }} not in ('{{ allowed | join("', '") }}')
    {{ 'union all' if not loop.last }}
    {% endfor %}
{% endtest %}
