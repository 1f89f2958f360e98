with places as (

    select * from {{ ref('stg_jaarcijfers__top_nationalities') }}

),

nationalities as (

    select * from {{ ref('nationalities') }}

)

select
    places.product_code || '/' || places.reference_year || '/' || places.rank || '@' || places.edition_year as ranking_key,
    places.edition_year,
    places.reference_year,
    places.product_code,
    places.ranked_by,
    places.rank,
    places.nationality_code,
    nationalities.name_nl,
    nationalities.name_en,
    places.printed_nationality
from places
left join nationalities using (nationality_code)
order by places.edition_year, places.seed_line
