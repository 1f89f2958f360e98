-- Verdubbelden de rechtszaken over verblijf?
-- Did court cases about residence double?
-- De rechter beslist, niet de IND. Ook beroepen tegen te laat beslissen, voorlopige voorzieningen en hoger beroep tellen mee.
-- Courts decide, not the IND. Appeals against late decisions, interim measures and further appeals are included.
with caseload as (

    select * from {{ ref('fct_caseload') }}
    where product_code = 'court_cases_residence'

),

growths as (

    select * from {{ ref('fct_trends') }}
    where series_code = 'court_cases_residence.applications' and trend_code = 'growth'

)

select
    reference_year as year,
    caseload.applications as received,
    caseload.decisions as handled,
    rounded(growths.value, 'ratio') as growth_received,
    at_least(growths.value_lower, 'ratio') as at_least,
    at_most(growths.value_upper, 'ratio') as at_most,
    rounded(caseload.decision_to_application_ratio, 'ratio') as handled_per_received
from caseload
left join growths using (reference_year)
order by reference_year
