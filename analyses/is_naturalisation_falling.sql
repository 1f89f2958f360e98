-- Loopt de naturalisatie terug?
-- Is naturalisation falling?
-- Vanaf een recordjaar (dim_breaks) lijkt alles een daling: kijk ook vanaf het eerste jaar. Zonder pending is de voorraad niet bekend.
-- From a record year (dim_breaks) all seems to fall: look from the first year too. Where pending is empty, the stock is not known.
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
    rounded(applications.value / first_year.value - 1, 'ratio') as since_first_year,
    at_least(applications.value_lower / first_year.value_upper - 1, 'ratio') as at_least,
    at_most(applications.value_upper / first_year.value_lower - 1, 'ratio') as at_most,
    rounded(indexes.value / 100 - 1, 'ratio') as since_base_year,
    caseload.pending
from applications
left join first_year on applications.reference_year > first_year.reference_year
left join indexes on applications.reference_year = indexes.reference_year
left join caseload on applications.reference_year = caseload.reference_year
order by applications.reference_year
