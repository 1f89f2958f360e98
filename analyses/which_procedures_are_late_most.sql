-- Welke procedure levert de meeste te late beslissingen?
-- Which procedure gives most late decisions?
-- Aantallen, afgeleid uit een afgerond percentage. De wettelijke termijnen verschillen per procedure.
-- Numbers implied by a rounded percentage. The statutory time limits differ by procedure.
with newest as (

    select * from {{ ref('fct_caseload') }}
    where
        reference_year = (select max(reference_year) from {{ ref('fct_caseload') }})
        and late_decisions is not null

),

ranked as (

    select
        product_code as product,
        decisions,
        late_decisions as late,
        late_decisions_lower as late_lower,
        late_decisions_upper as late_upper
    from newest
    union all
    select
        'backlog grew by 1,000 or more' as product,
        sum(decisions) as decisions,
        sum(late_decisions) as late,
        sum(late_decisions_lower) as late_lower,
        sum(late_decisions_upper) as late_upper
    from newest
    where backlog_change >= 1000

),

total as (

    select
        sum(decisions) as decisions,
        sum(late_decisions) as late,
        sum(late_decisions_lower) as late_lower,
        sum(late_decisions_upper) as late_upper
    from newest

)

select
    ranked.product,
    round(ranked.late)::integer as late,
    round(ranked.late_lower)::integer as at_least,
    round(ranked.late_upper)::integer as at_most,
    -- part and rest vary apart: the share is lowest with the lowest part and the highest rest
    round(ranked.late / total.late, 3) as share,
    round(ranked.late_lower / (ranked.late_lower + total.late_upper - ranked.late_upper), 3) as lowest,
    round(ranked.late_upper / (ranked.late_upper + total.late_lower - ranked.late_lower), 3) as highest,
    round(ranked.decisions / total.decisions, 3) as of_work
from ranked
cross join total
order by ranked.late desc
limit 8
