-- Welke procedure levert de meeste te late beslissingen op?
-- Which procedure has the most late decisions?
-- Afgeleid uit een afgerond percentage. Termijnen verschillen; spoor 4 en (volgens de pers) nareis kregen in 2022 langere. De sommen overlappen.
-- Implied by a rounded percentage. Time limits differ; track 4 and (by press reports) family reunification got longer ones in 2022. The sums overlap.
with newest as (

    select
        *,
        row_number() over (order by late_decisions desc) as place
    from {{ ref('fct_caseload') }}
    where
        reference_year = (
            select edition_year from {{ ref('dim_editions') }}
            where is_newest_whole
        )
        and late_decisions is not null
        and not is_derived

),

-- each procedure on its own, then three groups of them
listed as (

    select
        1 as part,
        product_code as procedure,
        *
    from newest
    union all
    select
        2 as part,
        'the first four together' as procedure,
        *
    from newest
    where place <= 4
    union all
    select
        3 as part,
        'all asylum procedures' as procedure,
        *
    from newest
    where product_group = 'asylum'
    union all
    select
        4 as part,
        'backlog grew by 1,000+' as procedure,
        *
    from newest
    where backlog_change >= 1000

),

summed as (

    select
        part,
        reference_year,
        procedure,
        sum(decisions) as decisions,
        sum(late_decisions) as late,
        sum(late_decisions_lower) as late_lower,
        sum(late_decisions_upper) as late_upper
    from listed
    group by part, reference_year, procedure

),

total as (

    select
        sum(decisions) as decisions,
        sum(late_decisions) as late,
        sum(late_decisions_lower) as late_lower,
        sum(late_decisions_upper) as late_upper
    from newest

),

ranked as (

    select
        *,
        row_number() over (partition by part order by late desc) as place
    from summed

)

select
    ranked.reference_year as year,
    ranked.procedure,
    rounded(ranked.late, 'count')::integer as late,
    at_least(ranked.late_lower, 'count')::integer as at_least,
    at_most(ranked.late_upper, 'count')::integer as at_most,
    rounded(ranked.late / total.late, 'share') as share,
    -- part and rest vary independently: the share is lowest with the lowest part and the highest rest
    at_least(ranked.late_lower / (ranked.late_lower + total.late_upper - ranked.late_upper), 'share') as low,
    at_most(ranked.late_upper / (ranked.late_upper + total.late_lower - ranked.late_lower), 'share') as high,
    rounded(ranked.decisions / total.decisions, 'share') as of_all
from ranked
cross join total
where ranked.place <= 6
order by ranked.part asc, ranked.late desc
