-- Waar groeide de voorraad het meest? / Where did the backlog grow most?
select
    name_en,
    pending,
    backlog_change,
    backlog_change_lower as at_least,
    backlog_change_upper as at_most
from {{ ref('fct_caseload') }}
where reference_year = 2023
order by backlog_change desc
limit 5
