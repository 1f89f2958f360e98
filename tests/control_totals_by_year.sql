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
        control_totals.total as expected_total,
        coalesce(found.cells != control_totals.cells or found.dashes != control_totals.dashes, true) as differs_in_number
    from found
    full join {{ ref('control_totals_by_year') }} as control_totals using (edition_year, chapter_label, reference_year, unit, printed_in)

)

select
    coalesce(seed_path, concat_ws(' ', 'seeds/reference/control_totals_by_year.csv: edition', edition_year, chapter_label))
    || ': the column ' || concat_ws(', ', coalesce(reference_year::varchar, 'of no year'), coalesce(unit, 'no unit'), printed_in) || ' has '
    || if(differs_in_number, 'cells ' || coalesce(found_cells, 0) || ', dashes ' || coalesce(found_dashes, 0) || ', ', '')
    || 'sum ' || coalesce(format('{:.12g}', found_total), 'missing') || ', but the control '
    || if(differs_in_number, coalesce('cells ' || expected_cells || ', dashes ' || expected_dashes || ', ', ''), '')
    || 'sum ' || coalesce(format('{:.12g}', expected_total), 'missing')
    || '; compare the column with the printed page, then correct it or, where the page has it so, the control in'
    || ' seeds/reference/control_totals_by_year.csv' as message
from compared
where
    differs_in_number
    or found_total is null
    or expected_total is null
    or abs(found_total - expected_total) > 1e-6
