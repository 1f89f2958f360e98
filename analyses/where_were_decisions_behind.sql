-- Waar nam de IND minder beslissingen dan er aanvragen binnenkwamen, en hoe zeker is dat?
-- Where did the IND decide fewer cases than it received, and how certain is that?
-- Zeker voor zover het de afronding betreft. Een zeker verschil kan klein zijn: kijk ook hoeveel er minder is beslist. Zonder Caribisch Nederland.
-- Certain as far as rounding goes. A certain difference can still be small: look at how many fewer were decided. Without the Caribbean unit.
with newest as (

    select * from {{ ref('fct_caseload') }}
    where
        reference_year = (
            select edition_year from {{ ref('dim_editions') }}
            where is_newest_whole
        )
        and decided_by = 'IND'
        and product_group != 'caribbean_netherlands'
        and not is_derived

)

select
    reference_year as year,
    product_code,
    rounded(decision_to_application_ratio, 'ratio') as ratio,
    at_least(decision_to_application_ratio_lower, 'ratio') as at_least,
    at_most(decision_to_application_ratio_upper, 'ratio') as at_most,
    net_inflow::integer as cases,
    case when decision_to_application_ratio_upper < 1 then 'certain' else 'may be rounding' end as certainty,
    case when decision_to_application_ratio < 0.95 then 'large' else 'small' end as size
from newest
where decision_to_application_ratio < 1
order by decision_to_application_ratio
