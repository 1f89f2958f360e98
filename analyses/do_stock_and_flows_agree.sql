-- Kloppen voorraad en stromen met elkaar?
-- Do stock and flows agree?
-- Onverklaard is geen boekhoudfout: zaken gaan naar een ander spoor, eindigen zonder beslissing of worden heropend.
-- Unexplained does not mean a bookkeeping error: cases move between tracks, end without a decision, or reopen.
select
    reference_year as year,
    product_code,
    residual::integer as residual,
    at_most(tolerance, 'count')::integer as tolerance,
    rounded(residual_share, 'ratio') as share,
    verdict,
    case when abs(residual_share) > 0.01 then 'large' else 'small' end as size
from {{ ref('fct_reconciliation') }}
where
    check_code = 'stock_flow'
    and reference_year = (
        select edition_year from {{ ref('dim_editions') }}
        where is_newest_whole
    )
order by abs(residual) desc, product_code
