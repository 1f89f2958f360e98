-- Every printed figure has the form of its unit; a laxer reading would turn '1.23' into 123. Forms like '< 5' are no figures.
select
    {{ printed_place() }} || ' reads "' || printed_value || '", '
    || case
        when printed_form is null
            then
                'which is no printed figure: expected a count (41.820), a share (0% to 100%), an amount (€ 11,3 mln) or a dash (-), without'
                || ' blanks; correct it after the page or, where the page has it so, leave the cell empty and say in seeds/reference/'
                || 'remarks.csv, as no figure, what is printed there'
        else
            'but the unit of ' || series_code || ' is ' || unit || '; correct the figure after the page, or the series of the line'
    end as message
from {{ ref('int_observations') }}
where printed_form is null or observation_status is null
