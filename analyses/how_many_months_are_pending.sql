-- Hoeveel maanden werk ligt er?
-- How many months of work are pending?
-- De voorraad in maanden van de beslissingen van dat jaar: een rekensom, geen wachttijd. asylum_tracks is spoor 1, 2 en 4 samen.
-- The stock in months of that year's decisions: arithmetic, no waiting time. asylum_tracks is tracks 1, 2 and 4 together.
select
    product_code,
    pending,
    decisions,
    round(12 * disposition_time_days / 365, 1) as months,
    round(12 * disposition_time_days_lower / 365, 1) as at_least,
    round(12 * disposition_time_days_upper / 365, 1) as at_most
from {{ ref('fct_caseload') }}
where
    reference_year = (select max(reference_year) from {{ ref('fct_caseload') }})
    and disposition_time_days is not null
order by disposition_time_days desc
limit 10
