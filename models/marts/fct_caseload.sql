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

series_notes as (

    select
        product_code,
        string_agg(note_nl, ' ' order by series_code) as note_nl,
        string_agg(note_en, ' ' order by series_code) as note_en
    from series
    where role != 'other' and coalesce(note_nl, note_en) is not null
    group by product_code

),

breaks as (

    select * from {{ ref('dim_breaks') }}

),

-- against the year before, as every change in this table is; one note may be about several rows
crossed_breaks as (

    select
        caseload.product_code,
        caseload.reference_year,
        min(breaks.break_key) as break_key,
        string_agg(series.row_name_nl, ', ' order by breaks.break_key) || ': ' || breaks.note_nl as break_note_nl,
        string_agg(series.row_name_en, ', ' order by breaks.break_key) || ': ' || breaks.note_en as break_note_en
    from caseload
    inner join breaks
        on
            caseload.product_code = breaks.product_code
            and {{ crosses_break('caseload.reference_year - 1', 'caseload.reference_year') }}
    inner join series
        on
            breaks.series_code = series.series_code
            and series.role != 'other'
    group by caseload.product_code, caseload.reference_year, breaks.note_nl, breaks.note_en

),

crossed as (

    select
        product_code,
        reference_year,
        string_agg(break_note_nl, ' ' order by break_key) as break_note_nl,
        string_agg(break_note_en, ' ' order by break_key) as break_note_en
    from crossed_breaks
    group by product_code, reference_year

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
    -- what one must know of the product, then of its single rows
    nullif(concat_ws(' ', products.note_nl, series_notes.note_nl), '') as note_nl,
    nullif(concat_ws(' ', products.note_en, series_notes.note_en), '') as note_en,
    crossed.break_note_nl,
    crossed.break_note_en,
    -- the edition of each figure, the oldest of a sum's parts, and those of the two stocks that a change compares
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
    caseload.residual_note_en
from caseload
inner join products using (product_code)
left join series_notes using (product_code)
left join crossed using (product_code, reference_year)
order by products.position, caseload.reference_year
