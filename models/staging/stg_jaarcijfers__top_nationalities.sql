with places as (

    select
        *,
        (row_number() over () + 1)::integer as seed_line
    from {{ ref('top_nationalities') }}

),

publications as (

    select * from {{ ref('publications') }}

),

typed as (

    select
        places.publication_code,
        publications.edition_year,
        places.product_code,
        places.chapter_label,
        places.table_label,
        places.list_heading,
        places.list_label,
        -- the heading gives the year and what is ranked; without one, the year is the edition's
        coalesce(try_cast(regexp_extract(places.list_heading, '[0-9]{4}$') as integer), publications.edition_year) as reference_year,
        case when places.list_heading like '%aanvragen%' then 'applications' end as ranked_by,
        try_cast(regexp_extract(places.printed_rank, '^([0-9]+)[.]$', 1) as integer) as rank,
        places.printed_nationality,
        places.nationality_code,
        places.repeated,
        places.seed_line
    from places
    left join publications using (publication_code)

)

select * from typed
