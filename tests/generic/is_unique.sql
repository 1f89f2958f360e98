{% test is_unique(model, column_name) %}
    select
        string_agg(place, ' and ' order by place) || ': {{ column_name | replace("'", "''") }} is "' || {{ column_name }}::varchar || '" in each; keep the right one' as message
    from {{ placed(model) }}
    where {{ column_name }} is not null
    group by {{ column_name }}
    having count(*) > 1
{% endtest %}
