-- Every publication prints something: a whole one has tables, a partial one is a web page. At least one is whole.
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
        when printed.publication_code is null
            then 'it has no printed rows; enter them in seeds/printed/printed_rows.csv or, if the code is misspelt, correct it here'
        when printed.has_tables then 'its rows are printed in tables; set is_partial to false, or printed_in to page if a page prints them'
        else 'none of its rows is printed in a table; set is_partial to true, or printed_in to table if a table prints them'
    end as message
from publications
left join printed using (publication_code)
where publications.publication_code is not null and publications.is_partial is not distinct from coalesce(printed.has_tables, publications.is_partial)

union all

select 'seeds/reference/publications.csv: no publication is whole; questions about the newest year need one' as message
from publications
having bool_and(is_partial)
