-- A publication prints something: a page about an edition, and that is partial, or the tables of a whole one. One at least is whole.
with publications as (

    select * from {{ placed(ref('publications')) }}

),

printed as (

    select
        publication_code,
        bool_or(printed_in = 'table') as has_tables
    from {{ ref('printed_rows') }}
    group by publication_code

)

select
    publications.place || ': ' || publications.publication_code || ' is ' || if(publications.is_partial, 'partial', 'whole') || ', but '
    || case
        when printed.publication_code is null then 'no printed row is of it; enter its rows in seeds/printed/printed_rows.csv'
        when printed.has_tables then 'its rows are printed in tables; write false, or page as the place of rows that a page prints'
        else 'no row of it is printed in a table; write true, or table as the place of rows that a table prints'
    end as message
from publications
left join printed using (publication_code)
where publications.is_partial is not distinct from coalesce(printed.has_tables, publications.is_partial)

union all

select 'seeds/reference/publications.csv: no publication is whole; questions about the newest year need one' as message
from publications
having bool_and(is_partial)
