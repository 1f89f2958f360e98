-- The notes on a break name its year, so that a mistyped year is noticed.
select
    place || ': the break in ' || series_code || ' is dated ' || reference_year || ', but a note does not name that year; correct the year,'
    || ' or name it in note_nl and note_en' as message
from {{ placed(ref('breaks')) }}
where not contains(note_nl, reference_year::varchar) or not contains(note_en, reference_year::varchar)
