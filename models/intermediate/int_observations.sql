with cells as (

    select * from {{ ref('stg_jaarcijfers__cells') }}

),

series as (

    select * from {{ ref('int_series') }}

),

remarks as (

    select * from {{ ref('remarks') }}
    where kind = 'rounded otherwise'

),

-- left join: keeps rows with an unknown series, so that a test can report them
meant as (

    select
        cells.* exclude (half_width),
        series.product_code,
        series.measure_code,
        series.unit,
        series.role,
        -- FTE are printed like counts
        printed_form = 'dash' or printed_form = if(unit = 'fte', 'count', unit) as form_fits_unit,
        -- a count that is not a multiple of ten is exact
        if(unit = 'count' and cells.value % 10 != 0, 0, coalesce(cells.half_width, series.half_width)) as usual_half_width,
        coalesce(remarks.half_width, usual_half_width) as half_width
    from cells
    left join series using (series_code)
    left join remarks using (publication_code, series_code, reference_year)

),

-- up to three editions print a year: the newest counts, the others stay as vintages. A join, since a window would sort every row
-- with its labels
printings as (

    select
        series_code,
        reference_year,
        max(edition_year) as newest_edition,
        min(edition_year) filter (where value is not null) as first_figure,
        count(value) between 1 and count(*) - 1 or coalesce(min(value) < max(value), false) as has_other_values
    from cells
    group by series_code, reference_year

),

observed as (

    select
        meant.* exclude (form_fits_unit) replace (case when form_fits_unit then value end as value),
        case
            -- a dash over an earlier figure withdraws it
            when printed_form = 'dash' then if(printings.first_figure < meant.edition_year, 'O', 'M')
            when form_fits_unit then 'A'
        end as observation_status,
        meant.edition_year = printings.newest_edition as is_current,
        printings.has_other_values
    from meant
    left join printings using (series_code, reference_year)

),

bounded as (

    select
        *,
        -- bounds stay at or above zero, and for a share at or below one; round() only for shares, since it would distort large amounts
        case
            when value is null then null
            when unit = 'share' then greatest(round(value - half_width, 10), 0)
            else greatest(value - half_width, 0)
        end as value_lower,
        case
            when value is null then null
            when unit = 'share' then least(round(value + half_width, 10), 1)
            else value + half_width
        end as value_upper
    from observed

)

select * from bounded
