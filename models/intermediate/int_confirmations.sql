with cells as (

    select * from {{ ref('int_cells') }}

),

second_readings as (

    select * from {{ ref('stg_jaarcijfers__second_readings') }}

),

external_totals as (

    select * from {{ ref('external_totals') }}

),

witnesses as (

    select
        cells.publication_code,
        cells.series_code,
        cells.reference_year,
        1 as position,
        'second reading by ' || second_readings.read_by as witness
    from cells
    inner join second_readings
        on
            cells.publication_code = second_readings.publication_code
            and cells.series_code = second_readings.series_code
            and cells.reference_year = second_readings.reference_year
            and cells.printed_form = second_readings.printed_form
            and cells.value is not distinct from second_readings.value
    union all
    select
        cells.publication_code,
        cells.series_code,
        cells.reference_year,
        2 as position,
        'edition ' || elsewhere.edition_year as witness
    from cells
    inner join cells as elsewhere
        on
            cells.series_code = elsewhere.series_code
            and cells.reference_year = elsewhere.reference_year
            and cells.edition_year != elsewhere.edition_year
            and cells.value is not distinct from elsewhere.value
    union all
    -- external totals whose margin overlaps the figure's bounds
    select
        cells.publication_code,
        cells.series_code,
        cells.reference_year,
        3 as position,
        'external total of ' || external_totals.publisher as witness
    from cells
    inner join external_totals
        on
            cells.series_code = external_totals.series_code
            and cells.reference_year = external_totals.reference_year
            and cells.value_lower <= external_totals.value + external_totals.margin_above
            and cells.value_upper >= external_totals.value - external_totals.margin_below

),

confirmed as (

    select
        publication_code,
        series_code,
        reference_year,
        string_agg(witness, '; ' order by position, witness) as confirmed_by,
        bool_or(position > 1) as is_confirmed_elsewhere
    from witnesses
    group by publication_code, series_code, reference_year

)

select * from confirmed
