-- Hoeveel beslissingen kwamen te laat?
-- How many decisions were late?
-- Van de beslissingen waarvan de tijdigheid gedrukt is; wie nog wacht, telt niet mee. Termijnen verschillen en zijn in 2022 verlengd.
-- Of the decisions with a printed share in time; those still waiting do not count. Limits differ, and were lengthened in 2022.
with caseload as (

    select * from {{ ref('fct_caseload') }}
    where late_decisions is not null

),

observations as (

    select * from {{ ref('fct_observations') }}
    where measure_code = 'decisions' and is_current

),

decided as (

    select
        caseload.*,
        1 - caseload.timely_share_upper as late_share_lower,
        1 - caseload.timely_share_lower as late_share_upper,
        observations.value_lower as decisions_lower,
        observations.value_upper as decisions_upper
    from caseload
    inner join observations using (product_code, reference_year)

),

-- the share of all is lowest where procedures that are late more often decided less, and the others more
extremes as (

    select
        *,
        case
            when late_share_lower > sum(decisions * late_share_lower) over years / sum(decisions) over years
                then decisions_lower
            else decisions_upper
        end as decisions_at_lowest,
        case
            when late_share_upper > sum(decisions * late_share_upper) over years / sum(decisions) over years
                then decisions_upper
            else decisions_lower
        end as decisions_at_highest
    from decided
    window years as (partition by reference_year)

)

select
    reference_year as year,
    count(*) as procedures,
    sum(decisions)::integer as decisions,
    round(sum(late_decisions))::integer as late,
    round(sum(late_decisions_lower))::integer as at_least,
    round(sum(late_decisions_upper))::integer as at_most,
    round(sum(late_decisions) / sum(decisions), 3) as share,
    round(sum(decisions_at_lowest * late_share_lower) / sum(decisions_at_lowest), 3) as share_from,
    round(sum(decisions_at_highest * late_share_upper) / sum(decisions_at_highest), 3) as share_to
from extremes
group by reference_year
order by reference_year
