-- An edition is published from its year to two years later. A spreadsheet turns 2024-02 into feb-24.
select
    place || ': publication ' || publication_code || ' is published "' || published || '"; write year, month and day as far as known: 2024,'
    || ' 2024-02 or 2024-02-15, in the years from ' || edition_year || ' to ' || (edition_year + 2) as message
from {{ placed(ref('publications')) }}
where
    not regexp_full_match(published, '[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?')
    or try_cast(left(published, 4) as integer) not between edition_year and edition_year + 2
