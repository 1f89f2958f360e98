-- Wat veranderde er tussen edities?
-- What changed between editions?
-- Zijn er geen voorraden of asielsporen bij, dan valt daarover niets te zeggen. Wat elders anders staat: dim_remarks.
-- If no stocks or asylum tracks are among them, nothing can be said about those. What is given differently elsewhere: dim_remarks.
with revisions as (

    select * from {{ ref('fct_revisions') }}

),

series as (

    select * from {{ ref('dim_series') }}

)

select
    coalesce(revisions.from_edition || ' - ' || revisions.to_edition, 'all') as editions,
    count(*) as printed_twice,
    count(*) filter (where revisions.beyond_rounding) as revised,
    count(*) filter (where not revisions.beyond_rounding and revisions.revision != 0) as may_be_rounding,
    count(*) filter (where series.stock_or_flow = 'stock') as stocks,
    count(*) filter (where series.product_code like 'asylum_track%') as asylum_tracks
from revisions
left join series using (series_code)
group by rollup(revisions.from_edition || ' - ' || revisions.to_edition)
order by editions desc
limit 20
