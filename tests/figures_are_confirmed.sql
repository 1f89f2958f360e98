-- Every printed figure is confirmed by a second reading or another edition, and no second reading contradicts it.
with observations as (

    select
        observations.*,
        {{ printed_place() }} || ' reads "' || printed_value || '"' as reading
    from {{ ref('int_observations') }} as observations
    inner join {{ ref('stg_jaarcijfers__printed_rows') }} using (publication_code, series_code)

),

second_readings as (

    select * from {{ ref('stg_jaarcijfers__second_readings') }}

),

-- by value, in the number format of each document: 41.820 and 41,820 may be the same figure; 1 and 100% are not
compared as (

    select
        observations.publication_code,
        observations.series_code,
        observations.reference_year,
        observations.reading,
        -- figures_are_read reports what cannot be read
        observations.observation_status is not null as is_read,
        coalesce(
            observations.printed_form = second_readings.printed_form and observations.value is not distinct from second_readings.value,
            false
        ) as is_equal,
        second_readings.seed_line as second_line,
        second_readings.read_by,
        second_readings.printed_value as second_value
    from observations
    left join second_readings using (publication_code, series_code, reference_year)

),

confirmed_by_others as (

    select distinct
        observations.publication_code,
        observations.series_code,
        observations.reference_year
    from observations
    inner join observations as elsewhere
        on
            observations.series_code = elsewhere.series_code
            and observations.reference_year = elsewhere.reference_year
            and observations.edition_year != elsewhere.edition_year
            and observations.value is not distinct from elsewhere.value

),

-- figures that another document is known to print differently
decided as (

    select
        publication_code,
        series_code,
        reference_year
    from {{ ref('remarks') }}
    where kind = 'printed otherwise'

),

contradicted as (

    select
        reading || ', but the second reading (' || read_by || ', line ' || second_line || ' of seeds/printed/second_reading.csv) has "'
        || second_value || '"; compare both with the page, then correct the wrong one or, if two documents differ, add a remark "printed'
        || ' otherwise" that says which is right' as message
    from compared
    anti join decided using (publication_code, series_code, reference_year)
    where second_line is not null and not is_equal and is_read

),

-- also where a remark decides between two documents: it does not replace a reading
unconfirmed as (

    select
        any_value(reading) || if(any_value(second_line) is null, ', and it has no second reading', ', and no second reading agrees')
        || '; have someone who has not seen it read the source again, and add that to seeds/printed/second_reading.csv' as message
    from compared
    anti join confirmed_by_others using (publication_code, series_code, reference_year)
    left join decided using (publication_code, series_code, reference_year)
    group by publication_code, series_code, reference_year
    having not bool_or(is_equal) and (any_value(second_line) is null or bool_or(decided.series_code is not null))

),

not_printed as (

    select
        'seeds/printed/second_reading.csv, line ' || seed_line || ': ' || series_code || ' of ' || reference_year || ' in '
        || publication_code || ' reads "' || printed_value || '", but seeds/printed/printed_rows.csv has no such figure; enter it there'
        || ' or, if the page does not print it, remove this line' as message
    from second_readings
    anti join observations using (publication_code, series_code, reference_year)

)

select message from contradicted
union all
select message from unconfirmed
union all
select message from not_printed
