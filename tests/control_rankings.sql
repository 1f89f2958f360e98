-- Each top-3 list names the nationalities, in their order, that were keyed from the source document.
with places as (

    select
        places.edition_year,
        tables.product_code,
        any_value(places.seed_path) || ', from line ' || min(places.seed_line) as place,
        string_agg(nationalities.nationality_code, ' ' order by places.rank) as found_codes
    from {{ ref('stg_jaarcijfers__top_nationalities') }} as places
    left join {{ ref('int_tables_matched') }} as tables using (edition_year, chapter_label, table_label)
    left join {{ ref('printed_nationalities') }} as nationalities using (edition_year, printed_nationality)
    group by places.edition_year, tables.product_code

)

select
    coalesce(place, 'edition ' || edition_year) || ': the list of ' || coalesce(product_code, 'an unknown table') || ' is '
    || coalesce(found_codes, 'missing') || ', but the control is ' || coalesce(nationality_codes, 'missing') || '; compare the list with the'
    || ' printed page, then correct it, or seeds/reference/control_rankings.csv' as message
from places
full join {{ ref('control_rankings') }} using (edition_year, product_code)
where found_codes is distinct from nationality_codes
