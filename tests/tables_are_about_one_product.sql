-- A printed table is about one product, to which its footnotes and its top-3 list belong.
select
    'seeds/reference/printed_labels.csv: the rows of the table "' || table_label || '" (chapter "' || chapter_label || '", edition '
    || edition_year || ') are mapped to series of ' || string_agg(product_code, ' and ' order by product_code)
    || ', though a table is about one product; correct their series' as message
from {{ ref('int_tables_matched') }}
group by edition_year, chapter_label, table_label
having count(*) > 1
