-- Kloppen voorraad en stromen?
-- Do stock and flows agree?
-- Onverklaard is geen boekhoudfout: zaken verhuizen tussen sporen, eindigen zonder beslissing of gaan weer open.
-- Unexplained is no error of bookkeeping: cases move between tracks, end without a decision, or reopen.
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
