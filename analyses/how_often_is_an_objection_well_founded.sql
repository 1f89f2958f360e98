-- Hoe vaak krijgt wie bezwaar maakt gelijk?
-- How often does an objector win?
-- Van de besliste bezwaren, dus niet van alle beslissingen; visa tellen mee, en daarover besliste eerst Buitenlandse Zaken.
-- Of the objections decided, so not of all decisions; visas are included, first decided by the Ministry of Foreign Affairs.
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
