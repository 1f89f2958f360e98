with places as (

    select * from {{ ref('stg_jaarcijfers__top_nationalities') }}

),

tables as (

    select * from {{ ref('int_tables_matched') }}

),

printed_nationalities as (

    select * from {{ ref('printed_nationalities') }}

),

nationalities as (

    select * from {{ ref('nationalities') }}

)

select
    tables.product_code || '/' || places.reference_year || '/' || places.rank || '@' || places.edition_year as ranking_key,
    places.edition_year,
    places.reference_year,
    tables.product_code,
    places.ranked_by,
    places.rank,
    printed_nationalities.nationality_code,
    nationalities.name_nl,
    nationalities.name_en,
    places.printed_nationality
from places
left join tables using (edition_year, chapter_label, table_label)
left join printed_nationalities using (edition_year, printed_nationality)
left join nationalities using (nationality_code)
order by places.edition_year, places.seed_line
