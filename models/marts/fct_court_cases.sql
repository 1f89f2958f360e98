with observations as (

    select * from {{ ref('int_observations') }}
    where is_current and product_code in ('court_cases_residence', 'court_cases_other', 'further_appeals_by_ind')

),

series as (

    select * from {{ ref('int_series') }}

),

years as (

    select
        reference_year,
        {{ printed_figure('residence_received', "series_code = 'court_cases_residence.applications'") }},
        {{ printed_figure('residence_handled', "series_code = 'court_cases_residence.decisions'") }},
        {{ printed_figure('other_received', "series_code = 'court_cases_other.applications'") }},
        {{ printed_figure('other_handled', "series_code = 'court_cases_other.decisions'") }},
        {{ printed_figure('upheld_share_asylum', "measure_code = 'upheld_share_asylum'") }},
        {{ printed_figure('upheld_share_regular', "measure_code = 'upheld_share_regular'") }},
        {{ printed_figure('further_appeal_share_asylum', "measure_code = 'further_appeal_share_asylum'") }},
        {{ printed_figure('further_appeal_share_regular', "measure_code = 'further_appeal_share_regular'") }}
    from observations
    group by reference_year

),

uses as (

    select
        'court_cases/' || observations.reference_year as row_key,
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
    'court_cases/' || reference_year as court_cases_key,
    reference_year,
    make_date(reference_year, 12, 31) as period_end,
    residence_received::integer as residence_received,
    residence_handled::integer as residence_handled,
    other_received::integer as other_received,
    other_handled::integer as other_handled,
    upheld_share_asylum,
    upheld_share_asylum_lower,
    upheld_share_asylum_upper,
    upheld_share_regular,
    upheld_share_regular_lower,
    upheld_share_regular_upper,
    further_appeal_share_asylum,
    further_appeal_share_asylum_lower,
    further_appeal_share_asylum_upper,
    further_appeal_share_regular,
    further_appeal_share_regular_lower,
    further_appeal_share_regular_upper,
    crossed.break_note_nl,
    crossed.break_note_en
from years
left join crossed on 'court_cases/' || years.reference_year = crossed.row_key
order by years.reference_year
