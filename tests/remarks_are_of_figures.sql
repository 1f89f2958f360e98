-- A remark is about a printed figure or, with "no figure", about a cell without one in a printed row. "rounded otherwise" needs a
-- half-width that differs from the default: half a power of ten, in the unit of the series, that divides the figure. No other remark has
-- one. Two remarks on the same number agree.
with remarks as (

    select * from {{ placed(ref('remarks')) }}

),

observations as (

    select * from {{ ref('int_observations') }}

),

covered as (

    select
        printed_rows.publication_code,
        printed_rows.series_code,
        unnest(range(publications.edition_year - 2, publications.edition_year + 1)) as reference_year
    from {{ ref('printed_rows') }} as printed_rows
    inner join {{ ref('publications') }} as publications using (publication_code)

),

looked_at as (

    select
        remarks.*,
        observations.printed_value,
        observations.value,
        observations.usual_half_width,
        covered.series_code is not null as is_covered,
        round(log10(2 * nullif(greatest(remarks.half_width, 0), 0)), 6) % 1 = 0 or remarks.half_width = 0 as is_of_a_step,
        coalesce(round(observations.value / nullif(2 * remarks.half_width, 0), 6) % 1 = 0, true) as is_multiple
    from remarks
    left join observations using (publication_code, series_code, reference_year)
    left join covered using (publication_code, series_code, reference_year)

),

judged as (

    select
        *,
        case
            when kind = 'no figure' and printed_value is not null
                then 'the cell has "' || printed_value || '"; empty the cell, or change the kind'
            when kind = 'no figure' and not is_covered
                then 'the publication has no such row for that year; enter the row, or correct the remark'
            when kind != 'no figure' and printed_value is null then 'no such figure is printed; correct or remove the remark'
            when kind != 'rounded otherwise' and half_width is not null
                then 'half_width is ' || half_width || '; leave it empty, or change the kind to rounded otherwise'
            when kind != 'rounded otherwise' then null
            when half_width is null then 'half_width is empty; write half the step to which the figure is rounded'
            when value is null then 'the page has "' || printed_value || '"; remove the remark'
            when half_width < 0 or not is_of_a_step
                then 'half_width is ' || half_width || '; write half of 1, 10, 100 and so on, or 0 for an exact figure'
            when not is_multiple
                then 'the page has "' || printed_value || '", which is not a multiple of ' || 2 * half_width || '; correct half_width'
            when half_width = usual_half_width
                then 'the half-width is ' || half_width || ' without the remark too; check which figure it is about, or remove it'
        end as fault
    from looked_at

)

select
    place || ': ' || series_code || ' of ' || reference_year || ' in ' || publication_code || ' has a remark "' || kind || '", but ' || fault
        as message
from judged
where fault is not null

union all

select
    later.place || ': ' || series_code || ' of ' || reference_year || ', ' || later.printed_value || ', has half-width ' || later.half_width
    || ' here, but ' || earlier.half_width || ' in ' || earlier.publication_code || '; the same number needs the same half-width' as message
from looked_at as later
inner join looked_at as earlier using (series_code, reference_year, value)
where later.publication_code > earlier.publication_code and later.half_width != earlier.half_width
