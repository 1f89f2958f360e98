-- Loopt de naturalisatie terug?
-- Is naturalisation falling?
-- 2021 was een recordjaar: reken liever vanaf 2019. Van voor 2021 zijn hier alleen de aanvragen bekend.
-- 2021 was a record year: better count from 2019. Of the years before 2021 only applications are known here.
with applications as (

    select * from {{ ref('fct_observations') }}
    where series_code = 'naturalisation.applications' and is_current

),

first_year as (

    select * from applications
    order by reference_year
    limit 1

),

indexes as (

    select * from {{ ref('fct_trends') }}
    where series_code = 'naturalisation.applications' and trend_code = 'index'

),

caseload as (

    select * from {{ ref('fct_caseload') }}
    where product_code = 'naturalisation'

)

select
    applications.reference_year as year,
    applications.value::integer as applications,
    round(applications.value / first_year.value - 1, 3) as since_first_year,
    round(applications.value_lower / first_year.value_upper - 1, 3) as at_least,
    round(applications.value_upper / first_year.value_lower - 1, 3) as at_most,
    round(indexes.value / 100 - 1, 3) as since_base_year,
    caseload.pending
from applications
left join first_year on applications.reference_year > first_year.reference_year
left join indexes on applications.reference_year = indexes.reference_year
left join caseload on applications.reference_year = caseload.reference_year
order by applications.reference_year
