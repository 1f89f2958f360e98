-- A check that compares nothing would always hold.
select
    place || ': no year has all that the check ' || check_code || ' compares, so it checks nothing; correct its series here or in'
    || ' check_parts.csv, or take it out' as message
from {{ placed(ref('checks')) }}
anti join {{ ref('fct_reconciliation') }} using (check_code)

union all

select
    place || ': no edition prints ' || series_code || ' for ' || reference_year || ', so the figure of ' || publisher
    || ' is compared with nothing; correct the series or the year' as message
from {{ placed(ref('external_totals')) }}
where 'external_' || lower(publisher) || '/' || series_code || '/' || reference_year not in (
    select check_key from {{ ref('fct_reconciliation') }}
)
