with caseload as (

    select * from {{ ref('fct_caseload') }}

),

metrics as (

    {% for metric_code, metric in var('metrics').items() %}
    select
        caseload_key || '/{{ metric_code }}' as metric_key,
        product_code,
        reference_year,
        '{{ metric_code }}' as metric_code,
        {{ metric_code }} as value,
        {{ metric_code }}_lower as value_lower,
        {{ metric_code }}_upper as value_upper,
        '{{ metric.unit }}' as unit,
        is_derived
    from caseload
    where {{ metric_code }} is not null
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

)

select * from metrics
