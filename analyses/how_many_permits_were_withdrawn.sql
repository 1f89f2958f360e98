-- Hoeveel verblijfsrechten trok de IND in?
-- How many rights to stay did the IND withdraw?
-- Afgeleid uit een afgerond percentage van de besliste toetsingen. Een kleiner aandeel kan toch een groter aantal zijn.
-- Implied by a rounded percentage of decided reviews. A smaller share can still be a larger number.
with years as (

    select * from {{ ref('fct_caseload') }}
    where product_code = 'permit_withdrawals'

)

select
    years.reference_year as year,
    years.decisions as reviews,
    years.outcome_share as share,
    rounded(years.outcome_decisions, 'count')::integer as withdrawn,
    at_least(years.outcome_decisions_lower, 'count')::integer as at_least,
    at_most(years.outcome_decisions_upper, 'count')::integer as at_most,
    rounded(years.outcome_decisions - before.outcome_decisions, 'count')::integer as change,
    at_least(years.outcome_decisions_lower - before.outcome_decisions_upper, 'count')::integer as change_from,
    at_most(years.outcome_decisions_upper - before.outcome_decisions_lower, 'count')::integer as change_to
from years
left join years as before on years.reference_year = before.reference_year + 1
order by years.reference_year
