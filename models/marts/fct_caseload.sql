with caseload as (

    select * from {{ ref('int_caseload_pivoted') }}

),

products as (

    select * from {{ ref('dim_products') }}
    where is_caseload

),

series as (

    select * from {{ ref('int_series_described') }}

),

series_notes as (

    select
        product_code,
        string_agg(note_nl, ' ' order by series_code) as note_nl,
        string_agg(note_en, ' ' order by series_code) as note_en
    from series
    where role != 'other'
    group by product_code

)

select
    caseload.product_code || '/' || caseload.reference_year as caseload_key,
    caseload.product_code,
    caseload.reference_year,
    make_date(caseload.reference_year, 12, 31) as period_end,
    products.name_nl,
    products.name_en,
    products.product_group,
    products.decided_by,
    products.is_derived,
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
    {%- endfor %},
    -- what one must know of the product, then of its single rows
    nullif(concat_ws(' ', products.note_nl, series_notes.note_nl), '') as note_nl,
    nullif(concat_ws(' ', products.note_en, series_notes.note_en), '') as note_en
from caseload
inner join products using (product_code)
left join series_notes using (product_code)
order by products.position, caseload.reference_year
