-- Each top-3 list names the nationalities, in their order, that were keyed from the source document.
with places as (

    select
        edition_year,
        product_code,
        any_value(seed_path) || ', from line ' || min(seed_line) as place,
        string_agg(nationality_code, ' ' order by rank) as found_codes
    from {{ ref('int_rankings_matched') }}
    group by edition_year, product_code

)

select
    coalesce(place, 'edition ' || edition_year) || ': the list of ' || coalesce(product_code, 'an unknown table') || ' is '
    || coalesce(found_codes, 'missing') || ', but the control is ' || coalesce(nationality_codes, 'missing') || '; compare the list with the'
    || ' printed page, then correct it, or seeds/reference/control_rankings.csv' as message
from places
full join {{ ref('control_rankings') }} using (edition_year, product_code)
where found_codes is distinct from nationality_codes
