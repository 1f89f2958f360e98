-- A figure of a series that is printed in tens ends in a zero; another digit is a slip, or a cell that is printed exactly.
select
    {{ printed_place() }} || ' reads "' || printed_value || '", but ' || series_code || ' is printed in steps of ' || 2 * half_width
    || '; correct the figure after the printed page, or add a line to seeds/reference/rounding_exceptions.csv' as message
from {{ ref('int_observations_bounded') }}
where half_width > 0 and abs(value / (2 * half_width) - round(value / (2 * half_width))) > 1e-6
