with printed_rows as (

    select * from {{ ref('stg_jaarcijfers__printed_rows') }}

),

series as (

    select * from {{ ref('int_series') }}

)

-- left join: keeps rows with an unknown series, so that a test can report them
select
    {% for cell in ['newest', 'year_before', 'two_years_before'] -%}
    printed_rows.{{ cell }},
    printed_rows.{{ cell }}_form,
    printed_rows.{{ cell }}_number,
    printed_rows.{{ cell }}_half_width,
    {% endfor -%}
    printed_rows.publication_code,
    printed_rows.edition_year,
    printed_rows.series_code,
    series.product_code,
    series.measure_code,
    series.unit,
    series.role,
    series.half_width
from printed_rows
left join series using (series_code)
