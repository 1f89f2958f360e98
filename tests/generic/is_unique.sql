{% test is_unique(model, keys) %}
    {% for key in keys %}
    select
        string_agg(place, ' and ' order by length(place), place) || ': {{ key | replace("'", "''") }} is "' || concat_ws(', ', {{ key }})
        || '" in each, but only one may have it; correct the wrong one or, if they say the same, delete one' as message
    from {{ placed(model) }}
    where ({{ key }}) is not null
    group by {{ key }}
    having count(*) > 1
    {{ 'union all' if not loop.last }}
    {% endfor %}
{% endtest %}
