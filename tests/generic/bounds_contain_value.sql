{% test bounds_contain_value(model, figures, key) %}
    {% for figure in figures %}
    select
        place || ': {{ figure }} of ' || {{ key }} || ' is ' || coalesce({{ figure }}::varchar, 'null') || ', its bounds are '
        || coalesce({{ figure }}_lower::varchar, 'null') || ' and ' || coalesce({{ figure }}_upper::varchar, 'null')
        || '; fix the formula, rises_with and falls_with' as message
    from {{ placed(model) }}
    where
        case
            when {{ figure }} is null then {{ figure }}_lower is not null or {{ figure }}_upper is not null
            -- the upper bound may be open if a denominator may be zero
            else coalesce({{ figure }}_lower > {{ figure }}, true) or coalesce({{ figure }}_upper < {{ figure }}, false)
        end
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
{% endtest %}
