-- A whole edition has everything the previous one had: series, the years both cover, lists, footnotes and remarks on rounding. What is
-- gone is listed in seeds/reference/ended.csv, so that nothing is left out unnoticed.
with publications as (

    select * from {{ ref('publications') }}

),

wholes as (

    select
        edition_year,
        any_value(publication_code) as publication_code,
        lag(edition_year) over (order by edition_year) as last_edition
    from publications
    where not is_partial
    group by edition_year

),

-- the next edition does not owe what only a web page printed
observations as (

    select
        observations.*,
        publications.is_partial
    from {{ ref('int_observations') }} as observations
    inner join publications using (publication_code)

),

places as (

    select * from {{ ref('stg_jaarcijfers__top_nationalities') }}

),

footnotes as (

    select
        publications.edition_year,
        coalesce(footnotes.series_code, footnotes.product_code) as place,
        -- a second note at the same place is owed too
        row_number() over (partition by publications.edition_year, place order by footnotes.footnote_number) as note,
        place || if(note > 1, ' (' || note || ')', '') as code
    from {{ ref('footnotes') }} as footnotes
    inner join publications using (publication_code)

),

roundings as (

    select
        publications.edition_year,
        remarks.series_code || '/' || remarks.reference_year as code
    from {{ ref('remarks') }} as remarks
    inner join publications using (publication_code)
    where remarks.half_width is not null

),

-- what each edition has, by kind
had as (

    select
        edition_year,
        'series' as kind,
        series_code as code,
        null as reference_year,
        null as series_code,
        bool_and(is_partial) as is_of_page
    from observations
    group by edition_year, series_code
    union all
    select
        edition_year,
        'cell' as kind,
        series_code || '/' || reference_year as code,
        reference_year,
        series_code,
        is_partial as is_of_page
    from observations
    union all
    -- a remark stands in for a cell that prints no figure
    select
        publications.edition_year,
        'cell' as kind,
        remarks.series_code || '/' || remarks.reference_year as code,
        remarks.reference_year,
        remarks.series_code,
        publications.is_partial as is_of_page
    from {{ ref('remarks') }} as remarks
    inner join publications using (publication_code)
    where remarks.kind = 'no figure'
    union all
    select distinct
        edition_year,
        'list' as kind,
        product_code as code,
        null as reference_year,
        null as series_code,
        false as is_of_page
    from places
    union all
    select distinct
        edition_year,
        'footnote' as kind,
        code,
        null as reference_year,
        null as series_code,
        false as is_of_page
    from footnotes
    union all
    select
        roundings.edition_year,
        'rounding' as kind,
        roundings.code,
        null as reference_year,
        null as series_code,
        false as is_of_page
    from roundings

),

own as (

    select
        edition_year,
        list(code) filter (where kind = 'series') as series_codes,
        list(code) filter (where kind = 'cell') as cells
    from had
    group by edition_year

),

ended as (

    select
        publications.edition_year,
        ended.kind,
        ended.code,
        ended.place
    from {{ placed(ref('ended')) }} as ended
    inner join publications using (publication_code)

),

owed as (

    select
        wholes.edition_year,
        wholes.publication_code,
        wholes.last_edition,
        had.kind,
        had.code
    from wholes
    inner join had on wholes.last_edition = had.edition_year
    left join own on wholes.edition_year = own.edition_year
    where
        not had.is_of_page
        and case had.kind
            -- if a series is gone, its cells are not listed one by one
            when 'cell' then had.reference_year >= wholes.edition_year - 2 and list_contains(own.series_codes, had.series_code)
            -- only for figures that both print
            when 'rounding' then list_contains(own.cells, had.code)
            else true
        end
    union all
    -- what the previous one printed for its own year, this one owes for its own
    select
        wholes.edition_year,
        wholes.publication_code,
        wholes.last_edition,
        'cell' as kind,
        had.series_code || '/' || wholes.edition_year as code
    from wholes
    inner join had on wholes.last_edition = had.edition_year
    inner join own on wholes.edition_year = own.edition_year
    where
        not had.is_of_page
        and had.reference_year = wholes.last_edition
        and list_contains(own.series_codes, had.series_code)

),

lacking as (

    select * from owed
    anti join had using (edition_year, kind, code)

)

select
    'seeds/printed: edition ' || edition_year || ' has no ' || kind || ' ' || code || ', but edition ' || last_edition
    || ' had; enter it or, if the page no longer has it, add a line to seeds/reference/ended.csv: "' || publication_code || '","' || kind
    || '","' || code || '","why"' as message
from lacking
anti join ended using (edition_year, kind, code)

union all

select
    place || ': edition ' || edition_year || ' still has the ' || kind || ' ' || code || ', or the previous whole edition had none; remove this'
    || ' line' as message
from ended
anti join lacking using (edition_year, kind, code)
