-- Loopt het aantal naturalisatieaanvragen terug?
-- Are naturalisation applications falling?
-- Vergeleken met het recordjaar 2021 lijkt alles een daling: vergelijk ook met het eerste jaar. Een lege voorraad is onbekend.
-- Compared with the record year 2021, everything looks like a fall: compare with the first year too. An empty stock is unknown.
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
    first_year.reference_year as first_year,
    rounded(applications.value / first_year.value - 1, 'ratio') as growth,
    at_least(applications.value_lower / first_year.value_upper - 1, 'ratio') as at_least,
    at_most(applications.value_upper / first_year.value_lower - 1, 'ratio') as at_most,
    rounded(indexes.value / 100 - 1, 'ratio') as since_base_year,
    caseload.pending
from applications
left join first_year on applications.reference_year > first_year.reference_year
left join indexes on applications.reference_year = indexes.reference_year
left join caseload on applications.reference_year = caseload.reference_year
order by applications.reference_year
