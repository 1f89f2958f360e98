with publications as (

    select
        *,
        row_number() over () as position
    from {{ ref('publications') }}

),

-- an edition is named after its whole publication or, without one, after the first listed
editions as (

    select
        * exclude (position),
        bool_and(is_partial) over (partition by edition_year) as edition_is_partial
    from publications
    qualify row_number() over (partition by edition_year order by is_partial, position) = 1

),

cells as (

    select * from {{ ref('int_cells') }}

),

printed_rows as (

    select * from {{ ref('stg_jaarcijfers__printed_rows') }}

),

places as (

    select * from {{ ref('stg_jaarcijfers__top_nationalities') }}

),

footnotes as (

    select * from {{ ref('footnotes') }}

),

newest as (

    select max(editions.edition_year) as newest_whole
    from editions
    inner join cells using (edition_year)
    where not editions.edition_is_partial

),

printed as (

    select
        cells.edition_year,
        min(reference_year) as first_reference_year,
        max(reference_year) as last_reference_year,
        count(*)::integer as printed_figures,
        count(distinct concat_ws('/', publication_code, printed_rows.chapter_label, printed_rows.table_label))::integer as printed_tables
    from cells
    inner join printed_rows using (publication_code, series_code)
    group by cells.edition_year

),

listed as (

    select
        edition_year,
        count(distinct product_code)::integer as rankings
    from places
    group by edition_year

),

noted as (

    select
        publications.edition_year,
        count(distinct footnotes.footnote_number)::integer as footnotes
    from footnotes
    inner join publications using (publication_code)
    group by publications.edition_year

)

select
    'jaarcijfers_' || editions.edition_year as edition_key,
    editions.edition_year,
    editions.edition_is_partial as is_partial,
    not editions.edition_is_partial and editions.edition_year = newest.newest_whole as is_newest_whole,
    editions.title,
    editions.publisher,
    editions.publication,
    editions.published,
    editions.address,
    printed.first_reference_year,
    printed.last_reference_year,
    printed.printed_figures,
    printed.printed_tables,
    coalesce(listed.rankings, 0) as rankings,
    coalesce(noted.footnotes, 0) as footnotes
from editions
cross join newest
inner join printed using (edition_year)
left join listed using (edition_year)
left join noted using (edition_year)
order by editions.edition_year
