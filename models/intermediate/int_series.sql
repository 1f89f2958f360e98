with series as (

    select
        *,
        split_part(series_code, '.', 1) as product_code,
        split_part(series_code, '.', 2) as measure_code
    from {{ ref('series') }}

),

products as (

    select * from {{ ref('products') }}

),

measures as (

    select * from {{ ref('measures') }}

),

described as (

    select
        series.series_code,
        series.product_code,
        series.measure_code,
        -- most series have the name of their measure; some tables print another
        coalesce(series.name_nl, measures.name_nl) as row_name_nl,
        coalesce(series.name_en, measures.name_en) as row_name_en,
        products.name_nl || ': ' || row_name_nl as name_nl,
        products.name_en || ': ' || row_name_en as name_en,
        measures.unit,
        measures.role,
        measures.stock_or_flow,
        measures.outcome_kind,
        -- half the rounding step of the unit
        case measures.unit when 'count' then 5 when 'share' then 0.005 when 'fte' then 0.5 when 'eur' then 50000 end::double as half_width,
        series.note_nl,
        series.note_en
    from series
    left join products using (product_code)
    left join measures using (measure_code)

)

select * from described
