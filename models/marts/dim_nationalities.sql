with nationalities as (

    select * from {{ ref('nationalities') }}

)

select
    nationality_code,
    alpha_2,
    nationality_code as alpha_3,
    name_nl,
    name_en,
    country_nl,
    country_en
from nationalities
order by nationality_code
