-- A remark that a figure is rounded otherwise has the half-width, of a figure that is printed and that is a multiple of its step.
select
    place || ': ' || series_code || ' of ' || reference_year || ' in ' || publication_code || ' is said to be rounded otherwise, but '
    || case
        when remarks.half_width is null then 'half_width is empty; write half of the step to which it is rounded'
        when observations.value is null then 'no such figure is printed; correct the remark, or take it out'
        else 'the page has "' || observations.printed_value || '", which is no multiple of ' || 2 * remarks.half_width || '; correct half_width'
    end as message
from {{ placed(ref('remarks')) }} as remarks
left join {{ ref('int_observations') }} as observations using (publication_code, series_code, reference_year)
where
    remarks.kind = 'rounded otherwise'
    and (
        remarks.half_width is null
        or observations.value is null
        or round(observations.value / nullif(2 * remarks.half_width, 0), 6) % 1 != 0
    )
