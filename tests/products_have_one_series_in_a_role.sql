-- A product has at most one series per caseload role; with more, fct_caseload would have to choose.
select
    'seeds/reference/measures.csv: the series ' || string_agg(series_code, ' and ' order by series_code) || ' have the same role, ' || role
    || ', but a product has one series per role; correct the role of their measures, or their codes in seeds/reference/series.csv' as message
from {{ ref('int_series') }}
where role != 'other'
group by product_code, role
having count(*) > 1
