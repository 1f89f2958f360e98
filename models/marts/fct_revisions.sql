with revisions as (

    select * from {{ ref('int_revisions') }}

),

measured as (

    select
        *,
        {{ bounded('revision', 'value_to - value_from', rises_with=['value_to'], falls_with=['value_from']) }}
    from revisions

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
    -- a figure replacing a dash, or a dash a figure, is beyond rounding too
    coalesce(revision_lower > 0 or revision_upper < 0, value_from is distinct from value_to) as beyond_rounding,
    unit,
    is_revision,
    -- the difference in rounding steps
    case when half_width_from = half_width_to then round(revision / (2 * nullif(half_width_to, 0)), 10) end as steps
from measured
order by revision_key
