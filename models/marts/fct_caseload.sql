with caseload as (

    select * from {{ ref('int_caseload') }}

),

products as (

    select * from {{ ref('dim_products') }}
    where is_caseload

),

series as (

    select * from {{ ref('int_series') }}

),

components as (

    select * from {{ ref('int_components') }}
    where role != 'other'

),

series_notes as (

    select
        product_code,
        string_agg(note_nl, ' ' order by series_code) as note_nl,
        string_agg(note_en, ' ' order by series_code) as note_en
    from series
    where role != 'other' and coalesce(note_nl, note_en) is not null
    group by product_code

),

uses as not materialized (

    select
        caseload.product_code || '/' || caseload.reference_year as row_key,
        caseload.reference_year,
        -- a change also uses the stock of the year before
        case when components.role = 'stock' and caseload.compared_pending is not null then caseload.reference_year - 1 end as compared_with,
        components.series_code,
        components.name_nl,
        components.name_en
    from caseload
    inner join components using (product_code)

),

noted as (

    {{ notes_of('uses') }}

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
    {%- for metric_code in var('metrics') %},
    {{ metric(metric_code) }}
    {%- endfor %},
    -- notes on the product, then on its rows
    nullif(concat_ws(' ', products.note_nl, series_notes.note_nl), '') as note_nl,
    nullif(concat_ws(' ', products.note_en, series_notes.note_en), '') as note_en,
    noted.break_note_nl,
    noted.break_note_en,
    noted.remark_nl,
    noted.remark_en,
    -- the edition of each figure, the oldest among a sum's parts, and those of the two stocks that a change compares
    caseload.applications_edition_year,
    caseload.applications_from_edition_year,
    caseload.decisions_edition_year,
    caseload.decisions_from_edition_year,
    caseload.pending_edition_year,
    caseload.pending_from_edition_year,
    caseload.outcome_share_edition_year,
    caseload.timely_share_edition_year,
    caseload.comparison_edition_year,
    caseload.comparison_from_edition_year,
    caseload.comparison_note_nl,
    caseload.comparison_note_en,
    caseload.residual_note_nl,
    caseload.residual_note_en,
    caseload.applications_lower::integer as applications_lower,
    caseload.applications_upper::integer as applications_upper,
    caseload.decisions_lower::integer as decisions_lower,
    caseload.decisions_upper::integer as decisions_upper,
    caseload.pending_lower::integer as pending_lower,
    caseload.pending_upper::integer as pending_upper
from caseload
inner join products using (product_code)
left join series_notes using (product_code)
left join noted on caseload.product_code || '/' || caseload.reference_year = noted.row_key
order by products.position, caseload.reference_year
