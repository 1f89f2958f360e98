with {{ by_year('workforce', {
    'civil_servants': 'workforce.civil_servants',
    'external_staff': 'workforce.external_staff',
    'total_staff': 'workforce.total_staff',
}) }}

select
    workforce_key,
    reference_year,
    period_end,
    civil_servants,
    external_staff,
    total_staff,
    -- external staff is in numerator and denominator; more of it still raises the share
    {{ bounded(
        'external_share',
        'external_staff / nullif(civil_servants + external_staff, 0)',
        rises_with=['external_staff'],
        falls_with=['civil_servants']
    ) }},
    break_note_nl,
    break_note_en,
    remark_nl,
    remark_en
from by_year
order by reference_year
