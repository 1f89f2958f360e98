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

-- each cell of a row beside its form and number; the form must match the whole text: a laxer cast would turn '1.23' into 123
parsed as (

    select
        {% for cell in ['newest', 'year_before', 'two_years_before'] -%}
        if(number_format = 'en', translate({{ cell }}, ',.', '.,'), {{ cell }}) as {{ cell }}_dutch,
        {{ form_of(cell ~ '_dutch') }} as {{ cell }}_form,
        {{ number_of(cell ~ '_dutch', cell ~ '_form') }} as {{ cell }}_number,
        -- an amount in millions without a decimal is rounded to whole millions
        case when {{ cell }}_form = 'eur' then if(contains({{ cell }}_dutch, ','), 50000, 500000) end::double as {{ cell }}_half_width,
        {% endfor -%}
        * exclude (number_format)
    from published

)

select * exclude (newest_dutch, year_before_dutch, two_years_before_dutch) from parsed
