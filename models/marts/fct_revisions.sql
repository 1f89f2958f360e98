with observations as (

    select * from {{ ref('int_observations') }}

),

-- each edition beside the one before it that prints the same series and year
paired as (

    select
        series_code,
        reference_year,
        lag(edition_year) over editions as from_edition,
        edition_year as to_edition,
        lag(value) over editions as value_from,
        lag(value_lower) over editions as value_from_lower,
        lag(value_upper) over editions as value_from_upper,
        value as value_to,
        value_lower as value_to_lower,
        value_upper as value_to_upper,
        unit
    from observations
    window editions as (partition by series_code, reference_year order by edition_year)

),

compared as (

    select
        *,
        {{ bounded('revision', 'value_to - value_from', rises_with=['value_to'], falls_with=['value_from']) }}
    from paired
    where from_edition is not null

)

select
    series_code || '/' || reference_year || '@' || from_edition || '-' || to_edition as revision_key,
    series_code,
    reference_year,
    from_edition,
    to_edition,
    value_from,
    value_to,
    revision,
    revision_lower,
    revision_upper,
    -- a figure that took the place of a dash, or a dash that of a figure, is no rounding either
    coalesce(revision_lower > 0 or revision_upper < 0, value_from is distinct from value_to) as beyond_rounding,
    unit
from compared
order by revision_key
