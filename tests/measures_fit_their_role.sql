-- A role in the caseload has one unit, and is a stock or a flow: a wrong unit would change the margins of all its figures.
with measures as (

    select * from {{ placed(ref('measures')) }}

),

roles (role, unit, stock_or_flow) as (

    values
    ('inflow', 'count', 'flow'),
    ('outflow', 'count', 'flow'),
    ('stock', 'count', 'stock'),
    ('outcome_share', 'share', 'flow'),
    ('timely_share', 'share', 'flow')

)

select
    measures.place || ': ' || measures.measure_code || ' has role ' || role || ', unit ' || measures.unit || ' and is a '
    || measures.stock_or_flow || '; expected unit ' || roles.unit || ' and a ' || roles.stock_or_flow || ', or another role' as message
from measures
inner join roles using (role)
where measures.unit != roles.unit or measures.stock_or_flow != roles.stock_or_flow
