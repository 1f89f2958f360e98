-- Waar groeide de voorraad het meest? / Where did the backlog grow most?
select
    caseload_key,
    pending,
    backlog_change,
    backlog_change_lower as at_least,
    backlog_change_upper as at_most
from {{ ref('fct_caseload') }}
where reference_year = (select max(reference_year) from {{ ref('fct_caseload') }}) and not is_derived
order by backlog_change desc
limit 5
