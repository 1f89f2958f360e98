-- Hoe vaak is een bezwaar gegrond?
-- How often is an objection well-founded?
-- Afgeleid uit een afgerond percentage van de besliste bezwaren, ook over visa, waarover Buitenlandse Zaken in eerste instantie beslist.
-- Implied by a rounded share of decided objections, including those on visas, first decided by the Ministry of Foreign Affairs.
select
    reference_year as year,
    decisions as objections_decided,
    outcome_share as share,
    rounded(outcome_decisions, 'count')::integer as well_founded,
    at_least(outcome_decisions_lower, 'count')::integer as at_least,
    at_most(outcome_decisions_upper, 'count')::integer as at_most
from {{ ref('fct_caseload') }}
where product_code = 'objections'
order by reference_year
