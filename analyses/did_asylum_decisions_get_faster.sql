-- Werd er sneller op asiel beslist?
-- Did asylum decisions get faster?
-- Niet te zeggen: het aandeel binnen de termijn steeg nadat de termijn zelf langer werd. De berekende duur is geen wachttijd.
-- It cannot be said: the share in time rose after the time limit itself was lengthened. The calculated days are no waiting time.
select
    reference_year as year,
    timely_share as in_time,
    timely_share_lower as at_least,
    timely_share_upper as at_most,
    round(disposition_time_days)::integer as calculated_days,
    round(disposition_time_days_lower)::integer as days_from,
    round(disposition_time_days_upper)::integer as days_to,
    break_note_en is not null as law_changed
from {{ ref('fct_caseload') }}
where product_code = 'asylum_track_4'
order by reference_year
