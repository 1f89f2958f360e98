-- The figures of each series, weighted 3, 2, 1 from the newest year back, add up to what was keyed from the source document. Weighted,
-- because two rows of the same plain sum could be exchanged unseen.
with observations as (

    select * from {{ ref('int_observations_matched') }}

),

-- how far each column of a chapter is from what was keyed
compared_columns as (

    select
        edition_year,
        chapter_label,
        reference_year,
        unit,
        printed_in,
        coalesce(sum(value), 0) - any_value(control_totals.total) as excess,
        count(*) - any_value(control_totals.cells) as excess_cells,
        count(*) filter (where printed_form = 'dash') - any_value(control_totals.dashes) as excess_dashes
    from observations
    left join {{ ref('control_totals_by_year') }} as control_totals using (edition_year, chapter_label, reference_year, unit, printed_in)
    group by edition_year, chapter_label, reference_year, unit, printed_in

),

weighted as (

    select
        *,
        reference_year - edition_year + 3 as weight
    from observations
    left join compared_columns using (edition_year, chapter_label, reference_year, unit, printed_in)
    where series_code is not null

),

found as (

    select
        edition_year,
        series_code,
        any_value(seed_path || ', line ' || seed_line || ': ' || table_label || ' / ' || row_label) as place,
        string_agg(reference_year || ': ' || printed_value, ', ' order by reference_year desc) as printed,
        coalesce(sum(value * weight), 0) as weighted_total
    from weighted
    group by edition_year, series_code

),

compared as (

    select
        edition_year,
        series_code,
        place,
        printed,
        found.weighted_total as found_total,
        control_totals.weighted_total as expected_total
    from found
    full join {{ ref('control_totals_by_series') }} as control_totals using (edition_year, series_code)
    where
        found.weighted_total is null
        or control_totals.weighted_total is null
        or abs(found.weighted_total - control_totals.weighted_total) > 1e-6

),

-- the figure whose row and column are both off, where a chapter has one alone: of several nobody knows which are right
crossings as (

    select
        *,
        round(coalesce(value, 0) - excess, 10) as expected
    from weighted
    inner join compared using (edition_year, series_code)
    where abs(excess) > 1e-6
    qualify count(*) over (partition by edition_year, chapter_label, unit, printed_in) = 1

),

suspected as (

    select
        edition_year,
        series_code,
        {{ printed_place() }} || ' reads "' || printed_value || '"' as reading,
        case
            when expected = 0 and excess_dashes < 0 then '-'
            when unit = 'share' then round(expected * 100)::integer || '%'
            when unit = 'eur' then '€ ' || replace(format('{:.1f}', expected / 1000000), '.', ',') || ' mln'
            else format('{:t.}', expected::integer)
        end as expected_reading
    from crossings
    where
        abs(excess * weight - (found_total - expected_total)) < 1e-6
        and excess_cells = 0
        and excess_dashes = (printed_form = 'dash')::integer - (expected_reading = '-')::integer
        and expected >= 0

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
        when reading is not null
            then
                reading || ', but by the control totals of its row and of its column it would be "' || expected_reading
                || '"; compare it with the printed page, then correct it or, where the page has it so, both totals, in'
                || ' seeds/reference/control_totals_by_series.csv and control_totals_by_year.csv'
        else
            place || ' (' || printed || '): three times the newest year, twice the year before and once the oldest are '
            || format('{:.12g}', found_total) || ', but the control total of ' || series_code || ' is ' || format('{:.12g}', expected_total)
            || '; compare the row with the printed page, then correct its figures, or its series in seeds/reference/printed_labels.csv, or,'
            || ' where the page has them so, the total in seeds/reference/control_totals_by_series.csv'
    end as message
from compared
left join suspected using (edition_year, series_code)
