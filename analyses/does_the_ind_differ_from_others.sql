-- Wijken de cijfers van de IND af van die van het CBS en anderen?
-- Do the IND's figures differ from those of Statistics Netherlands (CBS) and others?
-- Allen putten uit het register van de IND: dit toetst overtypen en definities, en bevestigt niets.
-- All count from the register of the IND: this tests typing and definitions, and confirms nothing.
select
    replace(check_key, 'external_', '') as compared,
    found::integer as ind,
    residual::integer as off_by,
    tolerance as margin,
    verdict
from {{ ref('fct_reconciliation') }}
where register is not null
order by abs(residual) - tolerance desc, check_key
