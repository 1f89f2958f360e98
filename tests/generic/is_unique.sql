{% test is_unique(model, column_name) %}
    {%- set columns = column_name[1:-1] if column_name.startswith('(') else column_name %}
    select
        string_agg(place, ' and ' order by length(place), place) || ': {{ columns | replace("'", "''") }} is "' || concat_ws(', ', {{ columns }})
        || '" in each, but only one may have it; correct the wrong one or, if they say the same, delete one' as message
    from {{ placed(model) }}
    where {{ column_name }} is not null
    group by {{ columns }}
    having count(*) > 1
{% endtest %}
