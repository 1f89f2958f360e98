-- A count in a row of shares, or a share in a row of counts, is a slip even where it is a well-formed figure.
select
    {{ printed_place() }} || ' reads "' || printed_value || '", but the unit of ' || series_code || ' is ' || unit
    || '; correct the figure after the printed page, or the row''s series in seeds/reference/printed_labels.csv' as message
from {{ ref('int_observations_matched') }}
where not form_fits_unit
