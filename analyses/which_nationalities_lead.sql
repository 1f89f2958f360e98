-- Welke nationaliteiten vragen het meest aan?
-- Which nationalities apply most?
-- Alleen de volgorde is gepubliceerd, geen aantallen. Spoor 2 omvat ook mensen met bescherming elders in de EU: hun land is dus niet per se veilig.
-- Only ranks are printed, not counts. Track 2 includes people with protection elsewhere in the EU, so their country need not be safe.
with places as (

    select * from {{ ref('fct_top_nationalities') }}
    where edition_year = (select max(edition_year) from {{ ref('fct_top_nationalities') }})

),

products as (

    select * from {{ ref('dim_products') }}

)

select
    max(places.reference_year) as year,
    product_code,
    max(places.name_en) filter (where places.rank = 1) as first_place,
    max(places.name_en) filter (where places.rank = 2) as second_place,
    max(places.name_en) filter (where places.rank = 3) as third_place,
    coalesce(max(places.ranked_by), 'not printed') as ranked_by
from places
inner join products using (product_code)
group by product_code
order by max(products.position)
