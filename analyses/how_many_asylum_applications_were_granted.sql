-- Hoeveel asielaanvragen werden ingewilligd?
-- How many asylum applications were granted?
-- Afgeleid uit een afgerond percentage van alle beslissingen in spoor 4: geen Europees erkenningspercentage, en de rest is niet allemaal afgewezen.
-- Implied by a rounded share of all decisions in track 4: not the EU recognition rate, and the rest were not all refused.
with years as (

    select * from {{ ref('fct_caseload') }}
    where product_code = 'asylum_track_4' and decisions is not null

)

select
    years.reference_year as year,
    years.decisions,
    years.outcome_share as share,
    rounded(years.outcome_decisions, 'count')::integer as granted,
    at_least(years.outcome_decisions_lower, 'count')::integer as at_least,
    at_most(years.outcome_decisions_upper, 'count')::integer as at_most,
    rounded(years.outcome_decisions / before.outcome_decisions - 1, 'ratio') as growth,
    at_least(years.outcome_decisions_lower / before.outcome_decisions_upper - 1, 'ratio') as growth_from,
    at_most(years.outcome_decisions_upper / before.outcome_decisions_lower - 1, 'ratio') as growth_to
from years
left join years as before on years.reference_year = before.reference_year + 1
order by years.reference_year
