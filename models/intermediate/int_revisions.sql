with observations as (

    select * from {{ ref('int_observations') }}

),

-- each edition beside the previous one that prints the same series and year. role and has_other_values are constant within a partition;
-- they are listed so that a filter on them applies before the sort
paired as (

    select
        series_code,
        product_code,
        role,
        unit,
        reference_year,
        has_other_values,
        lag(edition_year) over editions as from_edition,
        edition_year as to_edition,
        lag(value) over editions as value_from,
        lag(value_lower) over editions as value_from_lower,
        lag(value_upper) over editions as value_from_upper,
        lag(half_width) over editions as half_width_from,
        value as value_to,
        value_lower as value_to_lower,
        value_upper as value_to_upper,
        half_width as half_width_to
    from observations
    window editions as (partition by series_code, role, reference_year, has_other_values order by edition_year)

)

select
    *,
    -- the values differ although rounded alike, or a dash replaces a figure or the reverse; values rounded differently count only if they
    -- cannot be the same number
    (
        value_from is distinct from value_to
        and coalesce(half_width_from = half_width_to or abs(value_from - value_to) > half_width_from + half_width_to, true)
    ) as is_revision
from paired
where from_edition is not null
