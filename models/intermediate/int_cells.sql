with printed_rows as not materialized (

    select * from {{ ref('int_printed_rows') }}

),

remarks as (

    select * from {{ ref('remarks') }}
    where kind = 'rounded otherwise'

),

-- an empty cell means nothing is printed and gives no row
cells as (

    {% for cell in ['newest', 'year_before', 'two_years_before'] %}
    select
        publication_code,
        edition_year,
        edition_year - {{ loop.index0 }} as reference_year,
        series_code,
        product_code,
        measure_code,
        unit,
        role,
        half_width as half_width_of_unit,
        {{ cell }} as printed_value,
        {{ cell }}_form as printed_form,
        {{ cell }}_number as number,
        {{ cell }}_half_width as half_width_of_amount
    from printed_rows
    where {{ cell }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

rounded as (

    select
        cells.* exclude (number, half_width_of_amount, half_width_of_unit),
        -- FTE are printed like counts
        printed_form = 'dash' or printed_form = if(unit = 'fte', 'count', unit) as form_fits_unit,
        case when form_fits_unit then number end as value,
        -- a count that is not a multiple of ten is exact
        if(unit = 'count' and number % 10 != 0, 0, coalesce(half_width_of_amount, half_width_of_unit)) as usual_half_width,
        coalesce(remarks.half_width, usual_half_width) as half_width
    from cells
    left join remarks using (publication_code, series_code, reference_year)

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
    from rounded

)

select * from bounded
