-- Every printed row is mapped to a series, and every mapped row is printed: a row left out would otherwise only be missed.
select distinct
    seed_path || ', line ' || seed_line || ': the row "' || row_label || '" of the table "' || table_label || '" (chapter "'
    || chapter_label || '", edition ' || edition_year || ') is not in seeds/reference/printed_labels.csv; correct the labels after the'
    || ' printed page, or add a line that maps the row to a series' as message
from {{ ref('stg_jaarcijfers__cells') }}
anti join {{ ref('printed_labels') }} using (edition_year, chapter_label, table_label, row_label)

union all

select
    'seeds/reference/printed_labels.csv: the row "' || row_label || '" of the table "' || table_label || '" (chapter "' || chapter_label
    || '", edition ' || edition_year || ') is not among the printed rows; correct the labels here or there, or add the row to the'
    || ' chapter''s seed' as message
from {{ ref('printed_labels') }}
anti join {{ ref('stg_jaarcijfers__cells') }} using (edition_year, chapter_label, table_label, row_label)
