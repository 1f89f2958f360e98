-- An edition prints a series once per reference year, across all its publications.
with cells as (

    select
        *,
        edition_year - age::integer as reference_year
    from {{ ref('stg_jaarcijfers__printed_rows') }}
    unpivot (printed_value for age in (newest as '0', year_before as '1', two_years_before as '2'))

)

select
    series_code || ' is printed ' || count(*) || ' times for ' || reference_year || ' in edition ' || edition_year || ': '
    || string_agg({{ printed_place() }} || ' reads "' || printed_value || '"', ' and ' order by seed_line)
    || '; keep the line that the page prints, or give each its own series. If a web page was entered before the whole edition, move its'
    || ' figures to seeds/printed/second_reading.csv, under the code of the whole edition' as message
from cells
group by series_code, reference_year, edition_year
having count(*) > 1
