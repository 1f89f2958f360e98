with measures as (

    select * from {{ ref('measures') }}

)

select
    measure_code,
    name_nl,
    name_en,
    unit,
    role,
    stock_or_flow,
    outcome_kind
from measures
order by measure_code
