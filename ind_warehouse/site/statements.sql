-- what stands on top of the overview, where the bounds carry it: values of each statement, in both languages
with

caseload as (
    from marts.fct_caseload
    where reference_year = (select edition_year from marts.dim_editions where is_newest_whole)
),

products as (
    from marts.dim_products
),

applications as (
    from marts.fct_observations where is_current and series_code = 'first_asylum_applications.applications'
),

rows as (
    select
        caseload.*,
        short_name_nl,
        short_name_en,
        -- a thousand cases more, whatever the rounding, are worth a name
        coalesce(backlog_change_lower >= 1000, false) as grew,
        row_number() over (order by late_decisions desc nulls last) <= 4 as late
    from caseload
    inner join products using (product_code)
    where not caseload.is_derived
),

growth as (
    select
        'top_growth' as text_code,
        any_value(reference_year) as year,
        list(short_name_nl order by backlog_change desc) filter (where grew) as names_nl,
        list(short_name_en order by backlog_change desc) filter (where grew) as names_en,
        count(*) filter (where not grew) as others,
        sum(backlog_change) filter (where grew) as first_value,
        sum(backlog_change_lower) filter (where grew) as first_lower,
        sum(backlog_change_upper) filter (where grew) as first_upper,
        -sum(backlog_change) filter (where not grew) as second_value,
        -sum(backlog_change_upper) filter (where not grew) as second_lower,
        -sum(backlog_change_lower) filter (where not grew) as second_upper,
        'count' as unit
    from rows
    where backlog_change is not null
),

parts as (
    select
        any_value(reference_year) as year,
        list(short_name_nl order by late_decisions desc) filter (where late) as names_nl,
        list(short_name_en order by late_decisions desc) filter (where late) as names_en,
        sum(decisions) as decided, sum(decisions_lower) as decided_lower, sum(decisions_upper) as decided_upper,
        sum(late_decisions) as late_value, sum(late_decisions_lower) as late_lower, sum(late_decisions_upper) as late_upper,
        sum(late_decisions) filter (where late) as most, sum(late_decisions_lower) filter (where late) as most_lower,
        sum(late_decisions_upper) filter (where late) as most_upper,
        sum(late_decisions_lower) filter (where not late) as rest_lower,
        sum(late_decisions_upper) filter (where not late) as rest_upper
    from rows
    where late_decisions is not null
),

lateness as (
    select
        'top_late' as text_code, year, names_nl, names_en, null as others,
        late_value / decided as first_value,
        -- late and decided share their rounding: these bounds are no narrower than what is possible
        late_lower / decided_upper as first_lower,
        late_upper / decided_lower as first_upper,
        most / late_value as second_value,
        most_lower / (most_lower + rest_upper) as second_lower,
        most_upper / (most_upper + rest_lower) as second_upper,
        'share' as unit
    from parts
),

asylum as (
    select
        'top_asylum' as text_code, sums.reference_year as year, [short_name_nl] as names_nl, [short_name_en] as names_en, null as others,
        value as first_value, value_lower as first_lower, value_upper as first_upper,
        pending as second_value, pending_lower as second_lower, pending_upper as second_upper,
        'count' as unit
    from caseload as sums
    inner join products using (product_code)
    inner join applications using (reference_year)
    where sums.product_code = 'asylum_tracks'
),

statements as (
    from growth
    union all by name
    from lateness
    union all by name
    from asylum
)

select
    text_code, year, names_nl, names_en, others,
    shown(first_value, first_lower, first_upper, unit, language := 'nl') as first_nl,
    shown(first_value, first_lower, first_upper, unit, language := 'en') as first_en,
    shown(second_value, second_lower, second_upper, unit, language := 'nl') as second_nl,
    shown(second_value, second_lower, second_upper, unit, language := 'en') as second_en
from statements
where first_lower > 0 and second_lower > 0
