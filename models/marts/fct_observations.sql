with observations as (

    select * from {{ ref('int_observations') }}

),

publications as (

    select * from {{ ref('publications') }}

),

footnotes as (

    select * from {{ ref('footnotes') }}

),

notes as (

    select
        publication_code,
        series_code,
        reference_year,
        string_agg(note_nl, ' ' order by note_key) filter (where kind = 'break') as break_note_nl,
        string_agg(note_en, ' ' order by note_key) filter (where kind = 'break') as break_note_en,
        string_agg(note_nl, ' ' order by note_key) filter (where kind = 'remark') as remark_nl,
        string_agg(note_en, ' ' order by note_key) filter (where kind = 'remark') as remark_en
    from {{ ref('int_notes') }}
    group by publication_code, series_code, reference_year

),

confirmations as (

    select * from {{ ref('int_confirmations') }}

),

-- a footnote without a series belongs to every row of its product
footnoted as (

    select
        observations.publication_code,
        observations.series_code,
        observations.reference_year,
        string_agg(footnotes.footnote_number, ', ' order by footnotes.footnote_number) as footnote_numbers
    from observations
    inner join footnotes
        on
            observations.publication_code = footnotes.publication_code
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
    publications.publication,
    publications.address,
    observations.publication_code,
    confirmations.confirmed_by,
    coalesce(confirmations.is_confirmed_elsewhere, false) as is_confirmed_elsewhere,
    notes.remark_nl,
    notes.remark_en,
    notes.break_note_nl,
    notes.break_note_en
from observations
left join publications using (publication_code)
left join notes using (publication_code, series_code, reference_year)
left join confirmations using (publication_code, series_code, reference_year)
left join footnoted using (publication_code, series_code, reference_year)
order by observations.seed_line, observations.reference_year
