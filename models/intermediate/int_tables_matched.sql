with printed_labels as (

    select * from {{ ref('printed_labels') }}

),

series as (

    select * from {{ ref('int_series_described') }}

),

matched as (

    select distinct
        printed_labels.edition_year,
        printed_labels.chapter_label,
        printed_labels.table_label,
        series.product_code
    from printed_labels
    inner join series using (series_code)

)

select * from matched
