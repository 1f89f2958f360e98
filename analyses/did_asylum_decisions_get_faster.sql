-- Werd er sneller op asiel beslist?
-- Did asylum decisions get faster?
-- Niet te zeggen: het aandeel binnen de termijn steeg nadat de termijn zelf langer werd. De berekende duur is geen wachttijd.
-- It cannot be said: the share in time rose after the time limit itself was lengthened. The calculated days are no waiting time.
with track_4 as (

    select * from {{ ref('fct_caseload') }}
    where product_code = 'asylum_track_4'

),

laws as (

    select * from {{ ref('dim_breaks') }}
    where series_code = 'asylum_track_4.timely_share' and kind = 'law'

)

select
    track_4.reference_year as year,
    track_4.timely_share as in_time,
    track_4.timely_share_lower as at_least,
    track_4.timely_share_upper as at_most,
    round(track_4.disposition_time_days)::integer as calculated_days,
    round(track_4.disposition_time_days_lower)::integer as days_from,
    round(track_4.disposition_time_days_upper)::integer as days_to,
    max(laws.reference_year) as law_of
from track_4
left join laws on track_4.reference_year >= laws.reference_year
group by all
order by track_4.reference_year
