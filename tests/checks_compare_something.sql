-- A check that compares nothing would always hold.
select
    place || ': no year has all that the check ' || check_code || ' compares, so it checks nothing; correct its series, or take it'
    || ' out' as message
from {{ placed(ref('checks')) }}
anti join {{ ref('fct_reconciliation') }} using (check_code)

union all

select
    place || ': no edition prints ' || series_code || ' for ' || reference_year || ', so the figure of ' || publisher
    || ' is compared with nothing; correct the series or the year' as message
from {{ placed(ref('external_totals')) }} as external_totals
anti join {{ ref('fct_reconciliation') }} as reconciliation
    on
        external_totals.publisher = reconciliation.publisher
        and external_totals.series_code = reconciliation.figure_code
        and external_totals.reference_year = reconciliation.reference_year
