with printed_rows as (

    select
        *,
        -- line 1 of the file is the header
        (row_number() over () + 1)::integer as seed_line
    from {{ ref('printed_rows') }}

),

publications as (

    select
        publication_code,
        edition_year,
        number_format
    from {{ ref('publications') }}

),

-- left join: keeps lines with an unknown publication, so that a test can report them
published as (

    select
        printed_rows.*,
        publications.edition_year,
        publications.number_format
    from printed_rows
    left join publications using (publication_code)

),

-- an empty cell means nothing is printed and gives no row
cells as (

    select
        * exclude (age),
        edition_year - age::integer as reference_year
    from published
    unpivot (printed_value for age in (newest as '0', year_before as '1', two_years_before as '2'))

),

-- the form must match the whole text: a laxer cast would turn '1.23' into 123
recognised as (

    select
        *,
        if(number_format = 'en', translate(printed_value, ',.', '.,'), printed_value) as dutch_value,
        {{ form_of('dutch_value') }} as printed_form
    from cells

),

parsed as (

    select
        * exclude (dutch_value, number_format),
        {{ number_of('dutch_value', 'printed_form') }} as value,
        -- an amount in millions without a decimal is rounded to whole millions
        case when printed_form = 'eur' then if(contains(dutch_value, ','), 50000, 500000) end::double as half_width
    from recognised

)

select * from parsed
