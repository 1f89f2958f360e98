-- Every mapped row is there: a row that was left out would otherwise only be missed.
select
    'edition ' || edition_year || ', chapter ' || printed_labels.chapter_label || ': the row ''' || printed_labels.row_label
    || ''' of the table ''' || printed_labels.table_label || ''' stands in seeds/reference/printed_labels.csv but not among the printed rows;'
    || ' add the row to the chapter''s seed, or take the line out' as message
from {{ ref('printed_labels') }} as printed_labels
anti join {{ ref('stg_jaarcijfers__cells') }} as cells using (edition_year, chapter_label, table_label, row_label)
