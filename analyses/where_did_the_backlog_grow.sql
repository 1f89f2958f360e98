-- Waar groeide de voorraad het meest?
-- Where did the number of pending cases grow most?
-- Zaken, geen personen. Wat kromp of met minder dan 1.000 zaken groeide, staat bij elkaar; in de intrekkingen daarbij wacht niemand.
-- Cases, not persons. Stocks that shrank or grew by less than 1,000 are combined; in the permit withdrawals among them, nobody is waiting.
with stocks as (

    select * from {{ ref('fct_caseload') }}
    where
        reference_year = (
            select edition_year from {{ ref('dim_editions') }}
            where is_newest_whole
        )
        and backlog_change is not null
        and not is_derived

)

select
    reference_year as year,
    case when backlog_change >= 1000 then product_code else 'all others together' end as product,
    count(*) as stocks,
    sum(pending)::integer as pending,
    sum(backlog_change)::integer as change,
    at_least(sum(backlog_change_lower), 'count')::integer as at_least,
    at_most(sum(backlog_change_upper), 'count')::integer as at_most
from stocks
group by reference_year, product
order by change desc
