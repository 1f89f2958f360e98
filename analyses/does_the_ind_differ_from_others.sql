-- Wijken de cijfers van de IND af van die van het CBS en anderen?
-- Do the IND's figures differ from those of Statistics Netherlands (CBS) and others?
-- Per reeks het jaar dat het verst buiten de marge valt. Alle komen uit het register van de IND: overeenkomst bevestigt de lezing, niet de telling.
-- For each series, the year furthest outside its margin. All come from the IND's register, so agreement confirms the reading, not the count.
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
