-- Readers who recompute the published rows get the same results, or a note says why not.
with caseload as (

    select * from {{ ref('fct_caseload') }}

),

trends as (

    select * from {{ ref('fct_trends') }}

),

figures as (

    select * from {{ ref('fct_observations') }}
    where is_current

),

-- within a row
metrics as (

    select
        caseload_key as row_key,
        abs(net_inflow - (applications - decisions)) > 1e-6
        or abs(stock_flow_residual - (backlog_change - net_inflow)) > 1e-6
        or abs(disposition_time_days - 365 * pending / nullif(decisions, 0)) > 1e-6
        or abs(decision_to_application_ratio - decisions / nullif(applications, 0)) > 1e-6
        or abs(timely_decisions + late_decisions - decisions) > 1e-6 as differs
    from caseload

),

-- from year to year
changes as (

    select
        later.caseload_key as row_key,
        later.backlog_change != later.pending - earlier.pending and later.comparison_note_en is null as differs
    from caseload as later
    inner join caseload as earlier
        on
            later.product_code = earlier.product_code
            and later.reference_year = earlier.reference_year + 1

),

moves as (

    select
        trends.trend_key as row_key,
        trends.value not between later.value_lower - earlier.value_upper and later.value_upper - earlier.value_lower
        and trends.note_en is null as differs
    from trends
    inner join figures as later using (series_code, reference_year)
    inner join figures as earlier
        on
            trends.series_code = earlier.series_code
            and trends.compared_with = earlier.reference_year
    where trends.trend_code = 'change'

),

compared as (

    select * from metrics
    union all
    select * from changes
    union all
    select * from moves

)

select row_key || ' cannot be recomputed from the published figures, and no note says why; fix the model or its note' as message
from compared
where differs
