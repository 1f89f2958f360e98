with observations as (

    select * from {{ ref('int_observations') }}
    where is_current and product_code in ('notices_of_default', 'complaints')

),

series as (

    select * from {{ ref('int_series') }}

),

years as (

    select
        reference_year,
        {{ printed_figure('notices_received', "series_code = 'notices_of_default.received'") }},
        {{ printed_figure('notices_timely_share', "series_code = 'notices_of_default.handled_timely_share'") }},
        {{ printed_figure('penalty_payments', "series_code = 'notices_of_default.penalty_payments'") }},
        {{ printed_figure('complaints_received', "series_code = 'complaints.received'") }},
        {{ printed_figure('complaints_timely_share', "series_code = 'complaints.handled_timely_share'") }}
    from observations
    group by reference_year

),

uses as (

    select
        'complaints/' || observations.reference_year as row_key,
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
    'complaints/' || reference_year as complaints_key,
    reference_year,
    make_date(reference_year, 12, 31) as period_end,
    notices_received::integer as notices_received,
    notices_timely_share,
    notices_timely_share_lower,
    notices_timely_share_upper,
    penalty_payments,
    penalty_payments_lower,
    penalty_payments_upper,
    complaints_received::integer as complaints_received,
    complaints_timely_share,
    complaints_timely_share_lower,
    complaints_timely_share_upper,
    crossed.break_note_nl,
    crossed.break_note_en
from years
left join crossed on 'complaints/' || years.reference_year = crossed.row_key
order by years.reference_year
