with cells as not materialized (

    select * from {{ ref('int_cells') }}

),

-- up to three editions print a year: the newest is current, the others stay as vintages. This is a join, since a window would sort every
-- row; it includes role, so that a query for one role computes only that role
printings as (

    select
        series_code,
        role,
        reference_year,
        max(edition_year) as newest_edition,
        min(edition_year) filter (where value is not null) as first_figure,
        count(value) between 1 and count(*) - 1 or coalesce(min(value) < max(value), false) as has_other_values
    from cells
    group by series_code, role, reference_year

)

select
    cells.*,
    case
        -- a dash where an earlier edition printed a figure withdraws that figure
        when cells.printed_form = 'dash' then if(printings.first_figure < cells.edition_year, 'O', 'M')
        when cells.value is not null then 'A'
    end as observation_status,
    cells.edition_year = printings.newest_edition as is_current,
    printings.has_other_values
from cells
left join printings using (series_code, role, reference_year)
