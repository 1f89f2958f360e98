{% test unique(model, column_name) %}
    select
        '{{ model.identifier }}: {{ column_name }} = ' || {{ column_name }}::varchar || ' stands in ' || count(*)
        || ' rows; keep the right one' as message
    from {{ model }}
    where {{ column_name }} is not null
    group by {{ column_name }}
    having count(*) > 1
{% endtest %}
