-- Hoeveel verblijfsrechten trok de IND in?
-- How many rights to stay did the IND withdraw?
-- Afgeleid uit een afgerond percentage van de besliste toetsingen. Een kleiner aandeel kan een groter aantal zijn.
-- Implied by a rounded percentage of the reviews decided. A smaller share can be a larger number.
with years as (

    select
        *,
        lag(outcome_decisions) over years as withdrawn_before,
        lag(outcome_decisions_lower) over years as withdrawn_before_lower,
        lag(outcome_decisions_upper) over years as withdrawn_before_upper
    from {{ ref('fct_caseload') }}
    where product_code = 'permit_withdrawals'
    window years as (order by reference_year)

)

select
    reference_year as year,
    decisions as reviews,
    outcome_share as share,
    round(outcome_decisions)::integer as withdrawn,
    round(outcome_decisions_lower)::integer as at_least,
    round(outcome_decisions_upper)::integer as at_most,
    round(outcome_decisions - withdrawn_before)::integer as change,
    round(outcome_decisions_lower - withdrawn_before_upper)::integer as change_from,
    round(outcome_decisions_upper - withdrawn_before_lower)::integer as change_to
from years
order by reference_year
