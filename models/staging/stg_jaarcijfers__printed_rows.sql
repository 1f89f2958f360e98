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

)

select
    printed_rows.*,
    publications.edition_year,
    publications.number_format
from printed_rows
inner join publications using (publication_code)
