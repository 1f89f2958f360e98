-- A remark that a figure is rounded otherwise has the half-width, of a figure that is printed and that is a multiple of its step, a power
-- of ten in the unit of the series; no other remark has one.
select
    place || ': ' || series_code || ' of ' || reference_year || ' in ' || publication_code || ' is said to be ' || kind || ', but '
    || case
        when remarks.kind != 'rounded otherwise' then 'half_width is ' || remarks.half_width || '; leave it empty, or write rounded otherwise'
        when remarks.half_width is null then 'half_width is empty; write half of the step to which it is rounded'
        when remarks.half_width < 0 or round(log10(2 * nullif(greatest(remarks.half_width, 0), 0)), 6) % 1 != 0
            then 'half_width is ' || remarks.half_width || '; write half of 1, 10, 100 and so on, 0 for an exact figure'
        when observations.value is null then 'no such figure is printed; correct the remark, or take it out'
        else 'the page has "' || observations.printed_value || '", which is no multiple of ' || 2 * remarks.half_width || '; correct half_width'
    end as message
from {{ placed(ref('remarks')) }} as remarks
left join {{ ref('int_observations') }} as observations using (publication_code, series_code, reference_year)
where
    (remarks.kind = 'rounded otherwise') is distinct from (remarks.half_width is not null)
    or (
        remarks.kind = 'rounded otherwise'
        and (
            observations.value is null
            or remarks.half_width < 0
            or round(log10(2 * nullif(greatest(remarks.half_width, 0), 0)), 6) % 1 != 0
            or round(observations.value / nullif(2 * remarks.half_width, 0), 6) % 1 != 0
        )
    )
