with footnotes as (

    select * from {{ ref('footnotes') }}

),

publications as (

    select * from {{ ref('publications') }}

)

select
    footnotes.footnote_number || '/' || coalesce(footnotes.series_code, footnotes.product_code) || '@' || publications.edition_year
        as footnote_key,
    publications.edition_year,
    footnotes.footnote_number,
    footnotes.product_code,
    footnotes.series_code,
    footnotes.note_nl,
    footnotes.note_en,
    footnotes.printed_mark,
    footnotes.mark_state,
    footnotes.evidence
from footnotes
inner join publications using (publication_code)
order by publications.edition_year, footnotes.footnote_number
