-- The figures of each series, weighted 3, 2, 1 from the newest year back, add up to what was keyed from the source document. Weighted,
-- because two rows of the same plain sum could be exchanged unseen.
with found as (

    select
        edition_year,
        series_code,
        any_value(seed_path || ', line ' || seed_line || ': ' || table_label || ' / ' || row_label) as place,
        string_agg(reference_year || ': ' || printed_value, ', ' order by reference_year desc) as printed,
        coalesce(sum(value * (reference_year - edition_year + 3)), 0) as weighted_total
    from {{ ref('int_observations_matched') }}
    where series_code is not null
    group by edition_year, series_code

),

compared as (

    select
        *,
        found.weighted_total as found_total,
        control_totals.weighted_total as expected_total
    from found
    full join {{ ref('control_totals_by_series') }} as control_totals using (edition_year, series_code)

)

select
    case
        when found_total is null
            then
                'seeds/reference/control_totals_by_series.csv: ' || concat_ws(' ', series_code, 'of edition', edition_year)
                || ' has a control total, but no row is mapped to it; add the row, or take the total out'
        when expected_total is null
            then
                place || ': no control total is there for ' || series_code || '; key it from the document into'
                || ' seeds/reference/control_totals_by_series.csv (the newest year three times, the year before twice, the oldest once)'
        else
            place || ' (' || printed || ') weighs ' || found_total::decimal(18, 2) || ', but the control total of ' || series_code || ' is '
            || expected_total::decimal(18, 2) || ' (the newest year three times, the year before twice, the oldest once); compare the row'
            || ' with the printed page, then correct its figures, its series in seeds/reference/printed_labels.csv, or the total in'
            || ' seeds/reference/control_totals_by_series.csv'
    end as message
from compared
where found_total is null or expected_total is null or abs(found_total - expected_total) > 1e-6
