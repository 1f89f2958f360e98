with caseload as (

    select * from {{ ref('int_caseload_pivoted') }}

),

products as (

    select * from {{ ref('dim_products') }}
    where is_caseload

)

select
    caseload.product_code || '/' || caseload.reference_year as caseload_key,
    caseload.product_code,
    caseload.reference_year,
    make_date(caseload.reference_year, 12, 31) as period_end,
    products.name_nl,
    products.name_en,
    caseload.applications::integer as applications,
    caseload.decisions::integer as decisions,
    caseload.pending::integer as pending,
    products.outcome_kind,
    caseload.outcome_share,
    caseload.outcome_share_lower,
    caseload.outcome_share_upper,
    caseload.timely_share,
    caseload.timely_share_lower,
    caseload.timely_share_upper
    {%- for metric_code, metric in var('metrics').items() %},
    {{ bounded(metric_code, metric.formula, metric.rises_with, metric.falls_with) }}
    {%- endfor %}
from caseload
inner join products using (product_code)
order by products.position, caseload.reference_year
