{%- set has_parts = ['applications', 'decisions', 'pending', 'comparison'] -%}
with caseload as (

    select * from {{ ref('fct_caseload') }}

),

metrics as (

    {% for metric_code, metric in var('metrics').items() %}
    {%- set inputs = metric.rises_with + metric.falls_with %}
    {%- set is_change = 'pending_previous' in inputs %}
    {%- set dated = (['comparison'] + inputs | reject('in', ['pending', 'pending_previous']) | list) if is_change else inputs %}
    {%- set note = 'residual_note' if 'applications' in inputs else 'comparison_note' %}
    select
        caseload_key || '/{{ metric_code }}' as metric_key,
        product_code,
        reference_year,
        '{{ metric_code }}' as metric_code,
        {{ metric_code }} as value,
        {{ metric_code }}_lower as value_lower,
        {{ metric_code }}_upper as value_upper,
        '{{ metric.unit }}' as unit,
        is_derived,
        greatest(
            {%- for input in dated %}
            {{ input }}_edition_year{{ ',' if not loop.last }}
            {%- endfor %}
        ) as edition_year,
        least(
            {%- for input in dated %}
            {{ input }}{{ '_from' if input in has_parts }}_edition_year{{ ',' if not loop.last }}
            {%- endfor %}
        ) as from_edition_year,
        {{ note ~ '_nl' if is_change else 'null::varchar' }} as note_nl,
        {{ note ~ '_en' if is_change else 'null::varchar' }} as note_en
    from caseload
    where {{ metric_code }} is not null
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

)

select * from metrics
