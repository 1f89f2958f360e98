{% test is_one_of(model, column_name, values) %}
    select place || ': {{ column_name }} is "' || {{ column_name }} || '"; write one of {{ values | join(", ") }}' as message
    from {{ placed(model) }}
    where {{ column_name }} not in ('{{ values | join("', '") }}')
{% endtest %}
