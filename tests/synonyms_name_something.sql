-- A synonym leads to a product, measure, metric or nationality that exists.
select
    place || ': there is no product, measure, metric or nationality "' || code || '"; correct the code, or add it to seeds/reference/products.csv,'
    || ' measures.csv, nationalities.csv or dbt_project.yml' as message
from {{ placed(ref('synonyms')) }}
where
    code not in (
        select product_code from {{ ref('products') }}
        union all
        select measure_code from {{ ref('measures') }}
        union all
        select metric_code from {{ ref('dim_metrics') }}
        union all
        select nationality_code from {{ ref('nationalities') }}
    )
