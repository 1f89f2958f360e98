-- Wijken de cijfers van de IND af van die van het CBS en anderen?
-- Do the IND's figures differ from those of Statistics Netherlands (CBS) and others?
-- Van elke reeks het jaar dat, gemeten aan de marge, het meest afwijkt. Allen putten uit het register van de IND: dat bevestigt niets.
-- Of each series the year that, against its margin, is off most. All count from the register of the IND: agreement confirms nothing.
with checks as (

    select
        *,
        lower(publisher) || '/' || figure_code as compared,
        verdict = 'differs' as differs
    from {{ ref('fct_reconciliation') }}
    where register is not null

)

select
    compared,
    count(*) as years,
    count(*) filter (where differs) as differ,
    arg_max(reference_year, abs(residual) - tolerance) as year,
    arg_max(found, abs(residual) - tolerance)::integer as ind,
    arg_max(residual, abs(residual) - tolerance)::integer as off_by,
    arg_max(tolerance, abs(residual) - tolerance) as margin
from checks
group by compared
order by max(abs(residual) - tolerance) desc, compared
limit 20
