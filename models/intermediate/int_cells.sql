with printed_rows as (

    select * from {{ ref('stg_jaarcijfers__printed_rows') }}

),

series as (

    select * from {{ ref('int_series') }}

),

remarks as (

    select * from {{ ref('remarks') }}
    where kind = 'rounded otherwise'

),

-- joined to rows, since there are fewer rows than cells
with_series as (

    select
        printed_rows.publication_code,
        printed_rows.edition_year,
        printed_rows.number_format,
        printed_rows.newest,
        printed_rows.year_before,
        printed_rows.two_years_before,
        printed_rows.series_code,
        series.product_code,
        series.unit,
        series.role,
        series.half_width as half_width_of_unit
    from printed_rows
    inner join series using (series_code)

),

-- an empty cell means nothing is printed and gives no row
cells as (

    select
        * exclude (age),
        edition_year - age::integer as reference_year
    from with_series
    unpivot (printed_value for age in (newest as '0', year_before as '1', two_years_before as '2'))

),

recognised as (

    select
        *,
        {{ printed_number('number') }}
    from cells

),

rounded as (

    select
        recognised.* exclude (number_format, dutch_value, number, half_width_of_unit),
        -- FTE are printed like counts
        case when printed_form = if(unit = 'fte', 'count', unit) then number end as value,
        case
            -- a count that is not a multiple of ten is exact
            when unit = 'count' and number % 10 != 0 then 0
            -- an amount in millions without a decimal is rounded to whole millions
            when printed_form = 'eur' then if(contains(dutch_value, ','), 50000, 500000)
            else half_width_of_unit
        end as usual_half_width,
        coalesce(remarks.half_width, usual_half_width) as half_width
    from recognised
    left join remarks using (publication_code, series_code, reference_year)

),

bounded as (

    select
        *,
        -- bounds are never below zero nor, for a share, above one. Only shares are rounded, to remove binary noise; rounding would distort
        -- large amounts
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
    from rounded

)

select * from bounded
