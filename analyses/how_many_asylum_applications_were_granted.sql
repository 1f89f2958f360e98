-- Hoeveel asielaanvragen werden ingewilligd?
-- How many asylum applications were granted?
-- Alleen spoor 4, en alle beslissingen: dit is niet het Europese erkenningspercentage, en de rest is niet alles afgewezen.
-- Track 4 alone, and of all decisions: this is not the European recognition rate, and the rest were not all refused.
with years as (

    select
        *,
        lag(outcome_decisions) over years as granted_before,
        lag(outcome_decisions_lower) over years as granted_before_lower,
        lag(outcome_decisions_upper) over years as granted_before_upper
    from {{ ref('fct_caseload') }}
    where product_code = 'asylum_track_4'
    window years as (order by reference_year)

)

select
    reference_year as year,
    decisions,
    outcome_share as share,
    round(outcome_decisions)::integer as granted,
    round(outcome_decisions_lower)::integer as at_least,
    round(outcome_decisions_upper)::integer as at_most,
    round(outcome_decisions / granted_before - 1, 3) as growth,
    round(outcome_decisions_lower / granted_before_upper - 1, 3) as growth_from,
    round(outcome_decisions_upper / granted_before_lower - 1, 3) as growth_to
from years
order by reference_year
