with observations as (

    select * from {{ ref('int_observations') }}
    where is_current and product_code = 'workforce'

),

series as (

    select * from {{ ref('int_series') }}

),

years as (

    select
        reference_year,
        {{ printed_figure('civil_servants', "measure_code = 'civil_servants'") }},
        {{ printed_figure('external_staff', "measure_code = 'external_staff'") }},
        {{ printed_figure('total_staff', "measure_code = 'total_staff'") }}
    from observations
    group by reference_year

),

uses as (

    select
        'workforce/' || observations.reference_year as row_key,
        observations.reference_year,
        observations.series_code,
        series.name_nl,
        series.name_en
    from observations
    inner join series using (series_code)

),

crossed as (

    {{ break_notes('uses') }}

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
    ) }},
    crossed.break_note_nl,
    crossed.break_note_en
from years
left join crossed on 'workforce/' || years.reference_year = crossed.row_key
order by years.reference_year
