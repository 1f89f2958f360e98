-- A check that compares nothing would always pass.
select
    place || ': no year has all the figures that ' || check_code || ' compares, so it checks nothing; correct its series or remove it'
        as message
from {{ placed(ref('checks')) }}
anti join {{ ref('fct_reconciliation') }} using (check_code)

union all

select
    place || ': no edition prints ' || series_code || ' for ' || reference_year || ', so there is nothing to compare with the figure of '
    || publisher || '; correct the series or the year' as message
from {{ placed(ref('external_totals')) }} as external_totals
anti join {{ ref('fct_reconciliation') }} as reconciliation
    on
        external_totals.publisher = reconciliation.publisher
        and external_totals.series_code = reconciliation.figure_code
        and external_totals.reference_year = reconciliation.reference_year
