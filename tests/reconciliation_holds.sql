-- Printed figures that must agree do agree.
with differing as (

    select * from {{ ref('fct_reconciliation') }}
    where must_hold and verdict = 'differs'

),

printed as (

    select
        series_code || '/' || reference_year as figure,
        {{ printed_place() }} || ' reads "' || printed_value || '"' as reading
    from {{ ref('int_observations') }}
    inner join {{ ref('stg_jaarcijfers__printed_rows') }} using (publication_code, series_code)
    where is_current

)

select
    'fct_reconciliation: ' || differing.check_key || ' must hold (' || any_value(differing.name_en) || '), but ' || differing.found_from || ' is '
    || any_value(differing.found) || ' and ' || differing.expected_from || ' is ' || any_value(differing.expected)
    || ', and rounding explains a difference of at most ' || any_value(differing.tolerance) || ': '
    || coalesce(string_agg(printed.reading, '; ' order by printed.figure = differing.found_from desc, printed.figure), 'not printed as such')
    || '; compare them with the printed pages, then correct them or the check in seeds/reference/checks.csv' as message
from differing
left join printed on list_contains(string_split_regex(differing.expected_from || ' + ' || differing.found_from, ' [+-] '), printed.figure)
group by differing.check_key, differing.found_from, differing.expected_from
