with places as (

    select * from {{ ref('stg_jaarcijfers__top_nationalities') }}

),

tables as (

    select * from {{ ref('int_tables_matched') }}

),

printed_nationalities as (

    select * from {{ ref('printed_nationalities') }}

),

-- left joins: a table or nationality that is not known stays here, where a test names it
matched as (

    select
        places.*,
        tables.product_code,
        printed_nationalities.nationality_code
    from places
    left join tables using (edition_year, chapter_label, table_label)
    left join printed_nationalities using (edition_year, printed_nationality)

)

select * from matched
