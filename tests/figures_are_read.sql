-- Every printed figure has the form of its unit; a laxer reading would turn '1.23' into 123. Forms like '< 5' are no figures.
with observations as (

    select * from {{ ref('int_observations') }}

),

publications as (

    select * from {{ placed(ref('publications')) }}

)

select
    {{ printed_place() }} || ' reads "' || printed_value || '", '
    || case
        when printed_form is null
            then
                'which is no printed figure: expected '
                || if(
                    publications.number_format = 'en',
                    'a count (41,820), a share (0% to 100%), an amount (36.8 million euros, EUR 79 million)',
                    'a count (41.820), a share (0% to 100%), an amount (€ 11,3 mln, 3,4 miljoen euro)'
                )
                || ' or a dash (-), without blanks, with the marks of number_format ' || coalesce(publications.number_format, 'nl') || ' ('
                || coalesce(publications.place, 'seeds/reference/publications.csv') || '); correct it after the page or, where the page has it so,'
                || ' leave the cell empty and say in seeds/reference/remarks.csv, as no figure, what is printed there'
        else
            'but the unit of ' || series_code || ' is ' || unit || '; correct the figure after the page, or the series of the line'
    end as message
from observations
left join publications using (publication_code)
where printed_form is null or observation_status is null
