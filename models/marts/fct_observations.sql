with observations as (

    select * from {{ ref('int_observations') }}

),

cells as (

    select * from {{ ref('int_cells') }}

),

series as (

    select * from {{ ref('int_series') }}

),

printed_rows as (

    select * from {{ ref('stg_jaarcijfers__printed_rows') }}

),

publications as (

    select * from {{ ref('publications') }}

),

footnotes as (

    select * from {{ ref('footnotes') }}

),

remarks as (

    select
        publication_code,
        series_code,
        reference_year,
        string_agg(remark_nl, ' ' order by kind, remark_nl) as remark_nl,
        string_agg(remark_en, ' ' order by kind, remark_nl) as remark_en
    from {{ ref('int_remarks') }}
    group by publication_code, series_code, reference_year

),

broken as (

    select
        cells.publication_code,
        cells.series_code,
        cells.reference_year,
        string_agg(breaks.note_nl, ' ' order by breaks.break_key) as break_note_nl,
        string_agg(breaks.note_en, ' ' order by breaks.break_key) as break_note_en
    from cells
    inner join {{ ref('dim_breaks') }} as breaks
        on
            cells.series_code = breaks.series_code
            and {{ crosses_break('cells.reference_year - 1', 'cells.reference_year') }}
    group by all

),

confirmations as (

    select * from {{ ref('int_confirmations') }}

),

-- a footnote without a series applies to every row of its product
footnoted as (

    select
        cells.publication_code,
        cells.series_code,
        cells.reference_year,
        string_agg(footnotes.footnote_number, ', ' order by footnotes.footnote_number) as footnote_numbers
    from cells
    inner join footnotes
        on
            cells.publication_code = footnotes.publication_code
            and cells.product_code = footnotes.product_code
            and cells.series_code = coalesce(footnotes.series_code, cells.series_code)
    group by all

)

select
    observations.series_code || '/' || observations.reference_year || '@' || observations.edition_year as observation_key,
    observations.series_code,
    observations.product_code,
    series.measure_code,
    observations.reference_year,
    make_date(observations.reference_year, 12, 31) as period_end,
    observations.edition_year,
    observations.is_current,
    observations.value,
    observations.value_lower,
    observations.value_upper,
    observations.unit,
    observations.observation_status,
    printed_rows.chapter_label,
    printed_rows.table_label,
    printed_rows.row_label,
    observations.printed_value,
    printed_rows.printed_in,
    footnoted.footnote_numbers,
    publications.publication,
    publications.address,
    observations.publication_code,
    confirmations.confirmed_by,
    coalesce(confirmations.is_confirmed_elsewhere, false) as is_confirmed_elsewhere,
    remarks.remark_nl,
    remarks.remark_en,
    broken.break_note_nl,
    broken.break_note_en
from observations
left join series using (series_code)
-- a publication prints a series in one row
left join printed_rows using (publication_code, series_code)
left join publications using (publication_code)
left join remarks using (publication_code, series_code, reference_year)
left join broken using (publication_code, series_code, reference_year)
left join confirmations using (publication_code, series_code, reference_year)
left join footnoted using (publication_code, series_code, reference_year)
order by printed_rows.seed_line, observations.reference_year
