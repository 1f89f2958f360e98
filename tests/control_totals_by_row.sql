-- The figures of each printed row add up to the total that was keyed from the source document.
with found as (

    select
        edition_year,
        chapter_label,
        table_label,
        row_label,
        any_value(seed_path) as seed_path,
        any_value(seed_line) as seed_line,
        sum(value) as total,
        string_agg(reference_year || ': ' || printed_value, ', ' order by reference_year desc) as printed
    from {{ ref('stg_jaarcijfers__cells') }}
    group by edition_year, chapter_label, table_label, row_label

),

compared as (

    select
        *,
        found.total as found_total,
        control_totals.total as expected_total
    from found
    full join {{ ref('control_totals_by_row') }} as control_totals using (edition_year, chapter_label, table_label, row_label)

)

select
    coalesce(seed_path || ', line ' || seed_line, 'edition ' || edition_year || ', chapter ' || chapter_label) || ': ' || table_label || ' / '
    || row_label || ' (' || coalesce(printed, 'no figures') || ') adds up to ' || coalesce(round(found_total, 4)::varchar, 'nothing') || ', the control total is '
    || coalesce(expected_total::varchar, 'missing') || '; compare the row with the printed page, then correct it, or the total in'
    || ' seeds/reference/control_totals_by_row.csv' as message
from compared
where found_total is null or expected_total is null or abs(found_total - expected_total) > 1e-6
