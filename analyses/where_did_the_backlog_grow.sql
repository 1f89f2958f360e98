-- Waar groeide de voorraad het meest?
-- Where did the backlog grow most?
-- In zaken, niet in personen, en wat onder de 1.000 zaken blijft bij elkaar. Bij intrekkingen wacht niemand.
-- In cases, not persons, with all that stays below 1,000 cases taken together. For permit withdrawals nobody waits.
with stocks as (

    select * from {{ ref('fct_caseload') }}
    where
        reference_year = (select max(reference_year) from {{ ref('fct_caseload') }})
        and backlog_change is not null
        and not is_derived

)

select
    case when backlog_change >= 1000 then product_code else 'all others together' end as product,
    count(*) as stocks,
    sum(pending)::integer as pending,
    sum(backlog_change)::integer as change,
    sum(backlog_change_lower)::integer as at_least,
    sum(backlog_change_upper)::integer as at_most
from stocks
group by product
order by change desc
