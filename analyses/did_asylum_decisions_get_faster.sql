-- Werd er sneller op asielaanvragen beslist?
-- Did asylum decisions get faster?
-- Een hoger aandeel binnen de termijn bewijst dat niet als de termijn zelf is veranderd. De berekende duur is geen wachttijd.
-- A higher share in time is no proof where the time limit itself changed. Calculated days are not a waiting time.
with track_4 as (

    select * from {{ ref('fct_caseload') }}
    where product_code = 'asylum_track_4' and decisions is not null

),

laws as (

    select * from {{ ref('dim_breaks') }}
    where series_code = 'asylum_track_4.timely_share' and kind = 'law'

)

select
    track_4.reference_year as year,
    track_4.timely_share as in_time,
    at_least(track_4.timely_share_lower, 'share') as at_least,
    at_most(track_4.timely_share_upper, 'share') as at_most,
    rounded(track_4.disposition_time_days, 'days') as calculated_days,
    at_least(track_4.disposition_time_days_lower, 'days') as days_from,
    at_most(track_4.disposition_time_days_upper, 'days') as days_to,
    max(laws.reference_year) as law_of
from track_4
left join laws on track_4.reference_year >= laws.reference_year
group by all
order by track_4.reference_year
