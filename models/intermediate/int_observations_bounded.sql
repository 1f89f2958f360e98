with observations as (

    select * exclude (printed_form, form_fits_unit) from {{ ref('int_observations_matched') }}

),

rounding_exceptions as (

    select * from {{ ref('rounding_exceptions') }}

),

rounded as (

    select
        observations.* exclude (half_width),
        coalesce(rounding_exceptions.half_width, observations.half_width) as half_width
    from observations
    left join rounding_exceptions using (edition_year, series_code, reference_year)

),

bounded as (

    select
        *,
        -- rounding never takes a figure below zero, nor a share above one; greatest() and least() would turn a null into the limit
        case when value is not null then greatest(round(value - half_width, 10), 0) end as value_lower,
        case
            when value is not null and unit = 'share' then least(round(value + half_width, 10), 1)
            else round(value + half_width, 10)
        end as value_upper
    from rounded

),

-- a year is printed by up to three editions: the newest one counts, the others stay as vintages; joined and not by a window, which
-- would carry every row's labels through a sort
newest as (

    select
        series_code,
        reference_year,
        max(edition_year) as edition_year
    from observations
    group by series_code, reference_year

),

dated as (

    select
        bounded.*,
        newest.edition_year is not null as is_current
    from bounded
    left join newest using (series_code, reference_year, edition_year)

)

select * from dated
