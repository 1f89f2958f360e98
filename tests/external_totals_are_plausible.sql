-- Another publisher's figure is within 5% of the printed one, or it was copied wrongly: '22.500' would be read as 22.5.
select
    place || ': ' || external_totals.publisher || ' has ' || external_totals.value || ' (margin ' || margin_below || ' below, ' || margin_above
    || ' above) for ' || external_totals.series_code || ' of ' || external_totals.reference_year || ', but the IND prints '
    || coalesce(reconciliation.found::varchar, 'nothing')
    || '; compare it with the publisher''s page, and write it without a thousands separator, and margins without a minus' as message
from {{ placed(ref('external_totals')) }} as external_totals
left join {{ ref('fct_reconciliation') }} as reconciliation
    on
        external_totals.publisher = reconciliation.publisher
        and external_totals.series_code = reconciliation.figure_code
        and external_totals.reference_year = reconciliation.reference_year
where margin_below < 0 or margin_above < 0 or abs(reconciliation.residual_share) > 0.05
