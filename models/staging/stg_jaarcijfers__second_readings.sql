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

recognised as (

    select
        second_reading.*,
        if(publications.number_format = 'en', translate(printed_value, ',.', '.,'), printed_value) as dutch_value,
        {{ form_of('dutch_value') }} as printed_form
    from second_reading
    left join publications using (publication_code)

),

parsed as (

    select
        * exclude (dutch_value),
        {{ number_of('dutch_value', 'printed_form') }} as value
    from recognised

)

select * from parsed
