-- Each top-3 list has the heading, and names the nationalities in their order, that were keyed from the source document.
with places as (

    select
        edition_year,
        product_code,
        any_value(seed_path) || ', from line ' || min(seed_line) as place,
        -- an empty heading in one row differs from the others' too
        nullif(string_agg(distinct coalesce(list_heading, ''), '", "'), '') as found_heading,
        string_agg(nationality_code, ' ' order by rank) as found_codes
    from {{ ref('int_rankings_matched') }}
    group by edition_year, product_code

)

select
    coalesce(place, concat_ws(' ', 'seeds/reference/control_rankings.csv: edition', edition_year)) || ': the list of '
    || coalesce(product_code, 'an unknown table') || ' is '
    || concat_ws(': ', '"' || found_heading || '"', coalesce(found_codes, 'missing')) || ', but the control is '
    || concat_ws(': ', '"' || list_heading || '"', coalesce(nationality_codes, 'missing')) || '; compare the list with the'
    || ' printed page, then correct it, or seeds/reference/control_rankings.csv' as message
from places
full join {{ ref('control_rankings') }} using (edition_year, product_code)
where found_codes is distinct from nationality_codes or found_heading is distinct from list_heading
