with observations as (

    select * from {{ ref('int_observations_current') }}

),

pivoted as (

    select
        product_code,
        reference_year,
        {{ printed_figure('applications', "role = 'inflow'") }},
        {{ printed_figure('decisions', "role = 'outflow'") }},
        {{ printed_figure('pending', "role = 'stock'") }},
        {{ printed_figure('outcome_share', "role = 'outcome_share'") }},
        {{ printed_figure('timely_share', "role = 'timely_share'") }}
    from observations
    group by product_code, reference_year

),

-- joined by year, not lagged by row: a year that is not printed must not become last year
with_previous_stock as (

    select
        pivoted.*,
        previous.pending as pending_previous,
        previous.pending_lower as pending_previous_lower,
        previous.pending_upper as pending_previous_upper
    from pivoted
    left join pivoted as previous
        on
            pivoted.product_code = previous.product_code
            and pivoted.reference_year = previous.reference_year + 1

)

select * from with_previous_stock
