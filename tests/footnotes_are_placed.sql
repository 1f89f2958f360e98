-- Every footnote belongs to a printed table or row.
select
    place || ': footnote ' || coalesce(footnote_number::varchar, '(no number)') || ' of edition '
    || coalesce(edition_year::varchar, '(no year)') || ' belongs to "' || concat_ws(' / ', chapter_label, table_label, row_label)
    || '", which is not in seeds/reference/printed_labels.csv; write the labels as printed' as message
from {{ placed(ref('footnote_marks')) }} as footnote_marks
where not exists (
    from {{ ref('printed_labels') }} as printed_labels
    where
        printed_labels.edition_year = footnote_marks.edition_year
        and printed_labels.chapter_label = footnote_marks.chapter_label
        and printed_labels.table_label = footnote_marks.table_label
        and printed_labels.row_label = coalesce(footnote_marks.row_label, printed_labels.row_label)
)
