-- A product has one series in each role of a caseload, or fct_caseload would have to choose.
select
    'seeds/reference/measures.csv: the series ' || string_agg(series_code, ' and ' order by series_code) || ' have the same role, ' || role
    || ', though a product has one series in a role; correct the role of their measures, or their codes in seeds/reference/series.csv' as message
from {{ ref('int_series') }}
where role != 'other'
group by product_code, role
having count(*) > 1
