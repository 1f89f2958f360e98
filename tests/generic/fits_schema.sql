{% test fits_schema(model, required=[], unique=[], enum={}) %}
    with placed_rows as (select * from {{ placed(model) }})

    select null::varchar as message where false
    {%- for column_name in required %}
    union all
    select place || ': {{ column_name }} is empty; enter a value' as message
    from placed_rows
    where {{ column_name }} is null
    {%- endfor %}
    {%- for key in unique %}
    union all
    select
        string_agg(place, ' and ' order by length(place), place) || ': {{ key | replace("'", "''") }} is "' || concat_ws(', ', {{ key }})
        || '" in each, but only one may have it; correct the wrong one or, if they say the same, delete one' as message
    from placed_rows
    where ({{ key }}) is not null
    group by {{ key }}
    having count(*) > 1
    {%- endfor %}
    {%- for column_name, values in enum.items() %}
    union all
    select place || ': {{ column_name }} is "' || {{ column_name }} || '"; write one of {{ values | join(", ") }}' as message
    from placed_rows
    where {{ column_name }} not in ('{{ values | join("', '") }}')
    {%- endfor %}
{% endtest %}
