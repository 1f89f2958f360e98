{% test adds_up(model, parts, total, tolerance, key) %}
    {%- set sum_of_parts = parts | join(' + ') %}
    with compared as (

        select
            {{ key }} as row_key,
            {{ sum_of_parts }} as found,
            {{ total }} as expected
        from {{ model }}
        where {{ sum_of_parts }} is not null and {{ total }} is not null

    )

    select
        '{{ model.identifier }}: {{ sum_of_parts }} of ' || row_key || ' is ' || found || ', {{ total }} is printed as ' || expected
        || '; rounding explains {{ tolerance }}, so compare the figures with the printed page' as message
    from compared
    where abs(found - expected) > {{ tolerance }}

    union all

    -- a check that compares nothing would always pass
    select '{{ model.identifier }}: no row has {{ parts | join(", ") }} and {{ total }}, so nothing was added up; correct the names or the figures' as message
    where not exists (from compared)
{% endtest %}
