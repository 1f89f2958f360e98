-- Every printed figure has the form of its unit; a more lenient cast would turn '1.23' into 123. Texts like '< 5' are not figures.
with observations as (

    select * from {{ ref('int_observations') }}

),

printed_rows as (

    select * from {{ ref('stg_jaarcijfers__printed_rows') }}

),

publications as (

    select * from {{ placed(ref('publications')) }}

)

select
    {{ printed_place() }} || ' reads "' || printed_value || '", '
    || case
        when printed_form is null
            then
                'which is not a valid figure: expected '
                || if(
                    publications.number_format = 'en',
                    'a count (41,820), a share (0% to 100%), an amount (36.8 million euros, EUR 79 million)',
                    'a count (41.820), a share (0% to 100%), an amount (€ 11,3 mln, 3,4 miljoen euro)'
                )
                || ' or a dash (-), without spaces, in number_format ' || coalesce(publications.number_format, 'nl') || ' ('
                || coalesce(publications.place, 'seeds/reference/publications.csv') || '); correct it to match the page or, if the page prints this,'
                || ' leave the cell empty and add a remark "no figure" to seeds/reference/remarks.csv that says what is printed'
        else
            'but the unit of ' || series_code || ' is ' || unit || '; correct the figure to match the page, the series of the line,'
            || ' or the unit in seeds/reference/measures.csv'
    end as message
from observations
inner join printed_rows using (publication_code, series_code)
left join publications using (publication_code)
where printed_form is null or observation_status is null
