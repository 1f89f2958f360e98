-- Hoeveel beslissingen kwamen te laat?
-- How many decisions were late?
-- Van de beslissingen waarvan de tijdigheid gedrukt is; wie nog wacht, telt niet mee. Termijnen verschillen en zijn in 2022 verlengd.
-- Of the decisions with a printed share in time; those still waiting do not count. Limits differ, and were lengthened in 2022.
select
    reference_year as year,
    count(*) as procedures,
    sum(decisions)::integer as decisions,
    round(sum(late_decisions))::integer as late,
    round(sum(late_decisions_lower))::integer as at_least,
    round(sum(late_decisions_upper))::integer as at_most,
    -- how the decisions themselves are rounded moves no third decimal
    round(sum(late_decisions) / sum(decisions), 3) as share,
    round(sum(late_decisions_lower) / sum(decisions), 3) as share_from,
    round(sum(late_decisions_upper) / sum(decisions), 3) as share_to
from {{ ref('fct_caseload') }}
where late_decisions is not null
group by reference_year
order by reference_year
