-- Kloppen voorraad en stromen?
-- Do stock and flows agree?
-- Onverklaard is geen boekhoudfout: zaken verhuizen tussen sporen, eindigen zonder beslissing of gaan weer open.
-- Unexplained is no error of bookkeeping: cases move between tracks, end without a decision, or reopen.
select
    product_code,
    residual::integer as residual,
    tolerance::integer as tolerance,
    round(residual_share, 4) as of_decisions,
    verdict,
    case when abs(residual_share) > 0.01 then 'large' else 'small' end as size
from {{ ref('fct_reconciliation') }}
where
    check_code = 'stock_flow'
    and reference_year = (select max(reference_year) from {{ ref('fct_reconciliation') }})
order by abs(residual) desc
