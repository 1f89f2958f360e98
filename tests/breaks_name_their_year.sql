-- A break is told with its year, so that a year mistyped does not agree with its notes.
select
    place || ': the break of ' || series_code || ' is in ' || reference_year || ', but a note does not name that year; correct the year,'
    || ' or tell the year in note_nl and note_en' as message
from {{ placed(ref('breaks')) }}
where not contains(note_nl, reference_year::varchar) or not contains(note_en, reference_year::varchar)
