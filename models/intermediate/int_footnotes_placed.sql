with footnotes as (

    select * from {{ ref('footnotes') }}

),

footnote_marks as (

    select * from {{ ref('footnote_marks') }}

),

tables as (

    select * from {{ ref('int_tables_matched') }}

),

printed_labels as (

    select * from {{ ref('printed_labels') }}

),

-- a mark without a row belongs to its whole table and gets no series
placed as (

    select
        footnote_marks.edition_year,
        footnote_marks.footnote_number,
        tables.product_code,
        printed_labels.series_code,
        footnote_marks.printed_mark,
        footnote_marks.mark_state,
        footnote_marks.evidence,
        footnotes.note_nl,
        footnotes.note_en
    from footnote_marks
    inner join footnotes using (edition_year, footnote_number)
    left join tables using (edition_year, chapter_label, table_label)
    left join printed_labels using (edition_year, chapter_label, table_label, row_label)

)

select * from placed
