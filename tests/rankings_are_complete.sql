-- Every list stands beside a known table and has the places 1, 2 and 3, once each, with known nationalities in known spellings.
with places as (

    select * from {{ ref('int_rankings_matched') }}

)

select
    seed_path || ', line ' || seed_line || ': "' || printed_nationality || '" is not in seeds/reference/printed_nationalities.csv; correct it'
    || ' after the printed page, or add a line that says which nationality it means' as message
from places
where nationality_code is null

union all

select
    seed_path || ', line ' || seed_line || ': the table "' || table_label || '" of chapter "' || chapter_label
    || '" is not in seeds/reference/printed_labels.csv; write it as the chapter''s seed does' as message
from places
where product_code is null

union all

select
    any_value(seed_path) || ', from line ' || min(seed_line) || ': the list ' || list_label || ' has the places '
    || string_agg(coalesce(rank::varchar, 'unreadable'), ', ' order by seed_line) || '; expected 1, 2, 3' as message
from places
group by edition_year, chapter_label, table_label, list_label
having list(rank order by seed_line) is distinct from [1, 2, 3]

union all

select
    'seeds/reference/printed_nationalities.csv: "' || words.printed_nationality || '" stands in ' || count(places.rank)
    || ' places of the lists of edition ' || words.edition_year || ', expected ' || any_value(words.places)
    || '; compare the spelling in the lists with the printed page' as message
from {{ ref('printed_nationalities') }} as words
left join places using (edition_year, printed_nationality)
group by words.edition_year, words.printed_nationality
having count(places.rank) != any_value(words.places)
