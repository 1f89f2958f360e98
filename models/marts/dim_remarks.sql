with remarks as (

    select * from {{ ref('remarks') }}

),

publications as (

    select
        publication_code,
        edition_year
    from {{ ref('publications') }}

)

select
    remarks.series_code || '/' || remarks.reference_year || '/' || replace(remarks.kind, ' ', '_') || '@' || remarks.publication_code
        as remark_key,
    remarks.series_code,
    remarks.reference_year,
    publications.edition_year,
    remarks.kind,
    remarks.half_width,
    remarks.remark_nl,
    remarks.remark_en,
    remarks.source
from remarks
inner join publications using (publication_code)
order by remark_key
