with observations as (

    select * from {{ ref('int_observations') }}
    where is_current and product_code = 'workforce'

),

years as (

    select
        reference_year,
        {{ printed_figure('civil_servants', "measure_code = 'civil_servants'") }},
        {{ printed_figure('external_staff', "measure_code = 'external_staff'") }},
        {{ printed_figure('total_staff', "measure_code = 'total_staff'") }}
    from observations
    group by reference_year

)

select
    'workforce/' || reference_year as workforce_key,
    reference_year,
    make_date(reference_year, 12, 31) as period_end,
    civil_servants,
    external_staff,
    total_staff,
    -- external staff stands above and below the line, where more of it still raises the share
    {{ bounded(
        'external_share',
        'external_staff / nullif(civil_servants + external_staff, 0)',
        rises_with=['external_staff'],
        falls_with=['civil_servants']
    ) }}
from years
order by reference_year
