with second_reading as (

    select
        *,
        (row_number() over () + 1)::integer as seed_line
    from {{ ref('second_reading') }}

),

publications as (

    select
        publication_code,
        number_format
    from {{ ref('publications') }}

),

parsed as (

    select
        second_reading.*,
        {{ printed_number('value') }}
    from second_reading
    left join publications using (publication_code)

)

select * exclude (dutch_value) from parsed
