-- The cells of each chapter, year, unit and place (table, note or page) are as many, and have the sum, that was keyed from the source document.
with found as (

    select
        edition_year,
        chapter_label,
        reference_year,
        unit,
        printed_in,
        any_value(seed_path) as seed_path,
        count(*) as cells,
        count(*) filter (where printed_form = 'dash') as dashes,
        coalesce(sum(value), 0) as total
    from {{ ref('int_observations_matched') }}
    group by edition_year, chapter_label, reference_year, unit, printed_in

),

compared as (

    select
        *,
        found.cells as found_cells,
        found.dashes as found_dashes,
        found.total as found_total,
        control_totals.cells as expected_cells,
        control_totals.dashes as expected_dashes,
        control_totals.total as expected_total
    from found
    full join {{ ref('control_totals_by_year') }} as control_totals using (edition_year, chapter_label, reference_year, unit, printed_in)

)

select
    coalesce(seed_path, concat_ws(' ', 'seeds/reference/control_totals_by_year.csv: edition', edition_year, chapter_label))
    || ': ' || coalesce(found_cells, 0) || ' cells ('
    || concat_ws(' in a ', coalesce(unit, 'of no unit'), printed_in) || '), ' || coalesce(found_dashes, 0) || ' of them dashes, for '
    || coalesce(reference_year::varchar, 'no year') || ' add up to '
    || coalesce(found_total::decimal(18, 2)::varchar, 'nothing') || ', but the control total is '
    || coalesce(expected_cells || ' cells, ' || expected_dashes || ' dashes and ' || expected_total::decimal(18, 2), 'missing')
    || '; compare the column with the printed page, then correct it, or the total in seeds/reference/control_totals_by_year.csv' as message
from compared
where
    found_cells is distinct from expected_cells
    or found_dashes is distinct from expected_dashes
    or found_total is null
    or expected_total is null
    or abs(found_total - expected_total) > 1e-6
