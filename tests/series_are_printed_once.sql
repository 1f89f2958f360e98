-- An edition prints a series once for a reference year.
select
    series_code || ' is printed ' || count(*) || ' times for ' || reference_year || ' in edition ' || edition_year || ': '
    || string_agg({{ printed_place() }} || ' reads "' || printed_value || '"', ' and ' order by seed_path, seed_line)
    || '; keep the row that the page prints, and map each row to its own series in seeds/reference/printed_labels.csv' as message
from {{ ref('int_observations_matched') }}
where series_code is not null
group by series_code, reference_year, edition_year
having count(*) > 1
