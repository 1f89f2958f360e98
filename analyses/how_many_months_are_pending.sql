-- Hoeveel maanden werk ligt er?
-- How many months of work are pending?
-- De tien voorraden met de meeste maanden van de beslissingen van dat jaar: geen wachttijd. De drie sporen samen zijn een som van andere rijen.
-- The ten stocks with the most months of that year's decisions: not a waiting time. The three tracks together are a sum of other rows.
select
    reference_year as year,
    product_code,
    pending,
    decisions,
    rounded(12 * disposition_time_days / 365, 'months') as months,
    at_least(12 * disposition_time_days_lower / 365, 'months') as at_least,
    at_most(12 * disposition_time_days_upper / 365, 'months') as at_most
from {{ ref('fct_caseload') }}
where
    reference_year = (
        select edition_year from {{ ref('dim_editions') }}
        where is_newest_whole
    )
    and disposition_time_days is not null
order by disposition_time_days desc
limit 10
