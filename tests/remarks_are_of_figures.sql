-- A remark is on a figure that is printed, but for one that says what stands where no figure is. One that a figure is rounded otherwise has
-- its half-width, half of a power of ten in the unit of the series, of which the figure is a multiple; no other remark has one.
select
    place || ': ' || series_code || ' of ' || reference_year || ' in ' || publication_code || ' is said to be ' || kind || ', but '
    || case
        when kind = 'no figure' and printed_value is not null
            then 'a cell has "' || printed_value || '"; leave that empty, or write another kind'
        when kind != 'no figure' and printed_value is null then 'no such figure is printed; correct the remark, or take it out'
        when kind != 'rounded otherwise' then 'half_width is ' || remarks.half_width || '; leave it empty, or write rounded otherwise'
        when remarks.half_width is null then 'half_width is empty; write half of the step to which it is rounded'
        when value is null then 'the page has "' || printed_value || '"; take the remark out'
        when remarks.half_width < 0 or round(log10(2 * nullif(greatest(remarks.half_width, 0), 0)), 6) % 1 != 0
            then 'half_width is ' || remarks.half_width || '; write half of 1, 10, 100 and so on, 0 for an exact figure'
        else 'the page has "' || printed_value || '", which is no multiple of ' || 2 * remarks.half_width || '; correct half_width'
    end as message
from {{ placed(ref('remarks')) }} as remarks
left join {{ ref('int_observations') }} using (publication_code, series_code, reference_year)
where
    (kind = 'no figure') = (printed_value is not null)
    or (kind = 'rounded otherwise') != (remarks.half_width is not null)
    or (
        kind = 'rounded otherwise'
        and (
            value is null
            or remarks.half_width < 0
            or round(log10(2 * nullif(greatest(remarks.half_width, 0), 0)), 6) % 1 != 0
            or round(value / nullif(2 * remarks.half_width, 0), 6) % 1 != 0
        )
    )
