-- A spreadsheet turns 2024-02 into feb-24.
select
    'seeds/reference/editions.csv: edition ' || edition_year || ' is published "' || published
    || '"; write year and month, as in 2024-02' as message
from {{ ref('editions') }}
where not regexp_full_match(published, '[0-9]{4}-(0[1-9]|1[0-2])')
