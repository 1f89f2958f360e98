with cells as (

    select * from {{ ref('stg_jaarcijfers__cells') }}

),

printed_labels as (

    select * from {{ ref('printed_labels') }}

),

series as (

    select * from {{ ref('int_series_described') }}

),

-- left joins: a label without a series stays here, where a test names it
labelled as (

    select
        printed_labels.*,
        series.product_code,
        series.measure_code,
        series.unit,
        series.role,
        series.half_width,
        -- FTE are printed like counts
        case series.unit when 'fte' then 'count' else series.unit end as expected_form
    from printed_labels
    left join series using (series_code)

),

matched as (

    select
        cells.*,
        labelled.* exclude (edition_year, chapter_label, table_label, row_label)
    from cells
    left join labelled using (edition_year, chapter_label, table_label, row_label)

),

fitted as (

    select
        * exclude (expected_form),
        printed_form in ('dash', expected_form) as form_fits_unit
    from matched

),

observed as (

    select
        * replace (case when form_fits_unit then value end as value),
        case
            when printed_form = 'dash' then 'M'
            when form_fits_unit then 'A'
        end as observation_status
    from fitted

)

select * from observed
