with footnotes as (

    select * from {{ ref('int_footnotes_placed') }}

)

select
    footnote_number || '/' || coalesce(series_code, product_code) || '@' || edition_year as footnote_key,
    edition_year,
    footnote_number,
    product_code,
    series_code,
    note_nl,
    note_en,
    printed_mark,
    mark_state,
    evidence
from footnotes
order by edition_year, footnote_number
