with observations as (

    select * from {{ ref('int_observations_bounded') }}

),

editions as (

    select * from {{ ref('editions') }}

),

chapter_publications as (

    select * from {{ ref('chapter_publications') }}

),

footnotes as (

    select * from {{ ref('int_footnotes_placed') }}

),

-- a footnote without a series belongs to every row of its product
footnoted as (

    select
        observations.edition_year,
        observations.series_code,
        observations.reference_year,
        string_agg(footnotes.footnote_number, ', ' order by footnotes.footnote_number) as footnote_numbers
    from observations
    inner join footnotes
        on
            observations.edition_year = footnotes.edition_year
            and observations.product_code = footnotes.product_code
            and observations.series_code = coalesce(footnotes.series_code, observations.series_code)
    group by all

)

select
    observations.series_code || '/' || observations.reference_year || '@' || observations.edition_year as observation_key,
    observations.series_code,
    observations.product_code,
    observations.measure_code,
    observations.reference_year,
    make_date(observations.reference_year, 12, 31) as period_end,
    observations.edition_year,
    observations.is_current,
    observations.value,
    observations.value_lower,
    observations.value_upper,
    observations.unit,
    observations.observation_status,
    observations.chapter_label,
    observations.table_label,
    observations.row_label,
    observations.printed_value,
    observations.printed_in,
    footnoted.footnote_numbers,
    coalesce(chapter_publications.publication, editions.publication) as publication,
    -- a chapter that appeared elsewhere has its own address, or none
    case when chapter_publications.publication is null then editions.address else chapter_publications.address end as address
from observations
left join editions using (edition_year)
left join chapter_publications using (edition_year, chapter_label)
left join footnoted using (edition_year, series_code, reference_year)
order by observations.edition_year, observations.seed_path, observations.seed_line, observations.reference_year
