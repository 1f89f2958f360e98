-- Hoeveel beslissingen kwamen te laat?
-- How many decisions were late?
-- Afgeleid uit afgeronde percentages, waar die zijn gepubliceerd; zonder lopende zaken. Termijnen verschillen; sommige zijn in 2022 verlengd.
-- Implied by rounded percentages, where these are printed; pending cases are not counted. Time limits differ; some were extended in 2022.
select
    reference_year as year,
    count(*) as procedures,
    sum(decisions)::integer as decisions,
    rounded(sum(late_decisions), 'count')::integer as late,
    at_least(sum(late_decisions_lower), 'count')::integer as at_least,
    at_most(sum(late_decisions_upper), 'count')::integer as at_most,
    rounded(sum(late_decisions) / sum(decisions), 'share') as share,
    -- the share is lowest with fewest late and most in time
    at_least(sum(late_decisions_lower) / sum(late_decisions_lower + timely_decisions_upper), 'share') as share_from,
    at_most(sum(late_decisions_upper) / sum(late_decisions_upper + timely_decisions_lower), 'share') as share_to
from {{ ref('fct_caseload') }}
where late_decisions is not null
group by reference_year
order by reference_year
