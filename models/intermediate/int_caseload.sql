with observations as (

    select * from {{ ref('int_observations') }}
    where is_current

),

parts as (

    select
        product_code,
        part_of,
        count(*) over (partition by part_of) as number_of_parts
    from {{ ref('products') }}
    where part_of is not null

),

printed as (

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

-- the sum of the parts, with their bounds added up; null where a part is not printed
derived as (

    select
        parts.part_of as product_code,
        printed.reference_year
        {%- for figure in ['applications', 'decisions', 'pending'] %}
        {%- for suffix in ['', '_lower', '_upper'] %},
        case
            when count(printed.{{ figure }}) = any_value(parts.number_of_parts) then sum(printed.{{ figure }}{{ suffix }})
        end as {{ figure }}{{ suffix }}
        {%- endfor %}
        {%- endfor %}
    from parts
    inner join printed using (product_code)
    group by parts.part_of, printed.reference_year

),

pivoted as (

    select * from printed
    union all by name
    select * from derived

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
