-- The findings of the newest whole edition: a sentence, and the question in analyses/ that shows the figures. A sentence is included only
-- if the bounds support its words ("more", "fewer", "most"). Later web pages are left out.
with newest as (

    select edition_year from marts.dim_editions
    where is_newest_whole

),

caseload as (

    select
        figures.*,
        lower(products.short_name_en[1]) || products.short_name_en[2:] as name,
        newest.edition_year as this_year
    from marts.fct_caseload as figures
    inner join marts.dim_products as products using (product_code)
    cross join newest

),

this_year as (

    select * from caseload
    where reference_year = this_year

),

year_before as (

    select * from caseload
    where reference_year = this_year - 1

),

late as (

    select
        *,
        row_number() over (order by late_decisions desc) as place
    from this_year
    where late_decisions is not null and not is_derived

),

laws as (

    select
        'Before you compare years, see dim_breaks for the time limits of '
        || string_agg(late.name || ' (' || breaks.reference_year || ')', ' and ' order by late.place) || '.' as sentence
    from late
    inner join marts.dim_breaks as breaks using (product_code)
    where
        late.place <= 4
        and breaks.kind = 'law'
        and breaks.series_code like '%.timely_share'
        and breaks.reference_year <= late.this_year

),

most_late as (

    select
        sum(late_decisions_lower) filter (where place <= 4) as four_lower,
        sum(late_decisions_upper) filter (where place <= 4) as four_upper,
        sum(late_decisions_lower) filter (where place > 4) as rest_lower,
        sum(late_decisions_upper) filter (where place > 4) as rest_upper,
        four_lower / (four_lower + rest_upper) as share_lower,
        four_upper / (four_upper + rest_lower) as share_upper,
        min(late_decisions_lower) filter (where place <= 4) > max(late_decisions_upper) filter (where place > 4) as are_these,
        concat(
            'Where timeliness is printed, four procedures account for most late decisions, ',
            shown(sum(late_decisions) filter (where place <= 4) / sum(late_decisions), share_lower, share_upper, 'share'),
            ', and for ',
            in_words(rounded(sum(decisions) filter (where place <= 4) / sum(decisions), 'share'), 'share'),
            ' of decisions. They are ',
            string_agg(
                name || ' with ' || shown(late_decisions, late_decisions_lower, late_decisions_upper, 'count'), '; ' order by place
            ) filter (where place <= 4),
            '. All asylum procedures with printed timeliness have ',
            shown(
                sum(late_decisions) filter (where product_group = 'asylum'),
                sum(late_decisions_lower) filter (where product_group = 'asylum'),
                sum(late_decisions_upper) filter (where product_group = 'asylum'),
                'count'
            ),
            '. ',
            any_value(laws.sentence)
        ) as sentence
    from late
    cross join laws
    -- the sums would ignore an open bound
    having are_these and share_lower > 0.5 and count(*) = count(late_decisions_upper)

),

fewer_in_share as (

    select
        concat(
            'In ' || this_year.this_year || ', the right to stay was withdrawn in a smaller share of reviews, ',
            shown(this_year.outcome_share, this_year.outcome_share_lower, this_year.outcome_share_upper, 'share'), ', down from ',
            shown(year_before.outcome_share, year_before.outcome_share_lower, year_before.outcome_share_upper, 'share'),
            '. Yet the number of withdrawals rose by ',
            shown(
                this_year.outcome_decisions - year_before.outcome_decisions,
                this_year.outcome_decisions_lower - year_before.outcome_decisions_upper,
                this_year.outcome_decisions_upper - year_before.outcome_decisions_lower,
                'count'
            ),
            '.'
        ) as sentence
    from this_year
    inner join year_before using (product_code)
    where
        product_code = 'permit_withdrawals'
        and this_year.outcome_share_upper < year_before.outcome_share_lower
        and this_year.outcome_decisions_lower > year_before.outcome_decisions_upper

),

-- a residual of at most 1% of the decisions is small
residuals as (

    select
        *,
        greatest(abs(stock_flow_residual_lower), abs(stock_flow_residual_upper)) <= 0.01 * decisions as is_small,
        abs(stock_flow_residual) - (stock_flow_residual_upper - stock_flow_residual_lower) / 2 > 0.01 * decisions as is_large,
        shown(stock_flow_residual, stock_flow_residual_lower, stock_flow_residual_upper, 'count') as unexplained
    from this_year
    where product_code like 'asylum_track%'

),

books_close as (

    select
        concat(
            'Stock and flows of the asylum tracks nearly balance in total, but not by track. The unexplained difference is ',
            any_value(unexplained) filter (where is_derived), ' cases for the tracks together, but ',
            string_agg(unexplained || ' in ' || name, '; ' order by product_code) filter (where is_large and not is_derived),
            '. Cases move between tracks.'
        ) as sentence
    from residuals
    having bool_or(is_small and is_derived) and bool_or(is_large and not is_derived)

),

courts as (

    select
        concat(
            'Court cases on residence did not double in ' || this_year.this_year || ': they rose by ',
            shown(growths.value, growths.value_lower, growths.value_upper, 'ratio'), ', from ',
            in_words(year_before.applications, 'count'), ' to ', in_words(this_year.applications, 'count'), '.'
        ) as sentence
    from this_year
    inner join year_before using (product_code)
    inner join marts.fct_trends as growths
        on growths.trend_key = product_code || '.applications/' || this_year.reference_year || '/growth'
    where
        product_code = 'court_cases_residence'
        and growths.value_lower > 0
        and growths.value_upper < 1

),

granted as (

    select
        concat(
            'In ', name, ', ', shown(this_year.outcome_share, this_year.outcome_share_lower, this_year.outcome_share_upper, 'share'),
            ' of the decisions in ' || this_year.this_year || ' were grants, down from ',
            shown(year_before.outcome_share, year_before.outcome_share_lower, year_before.outcome_share_upper, 'share'),
            '. The number of grants fell by only ',
            shown(
                1 - this_year.outcome_decisions / year_before.outcome_decisions,
                1 - this_year.outcome_decisions_upper / year_before.outcome_decisions_lower,
                1 - this_year.outcome_decisions_lower / year_before.outcome_decisions_upper,
                'ratio'
            ),
            ', from ',
            shown(year_before.outcome_decisions, year_before.outcome_decisions_lower, year_before.outcome_decisions_upper, 'count'),
            ' to ',
            shown(this_year.outcome_decisions, this_year.outcome_decisions_lower, this_year.outcome_decisions_upper, 'count'),
            ', because more cases were decided.'
        ) as sentence
    from this_year
    inner join year_before using (product_code, name)
    where
        product_code = 'asylum_track_4'
        and this_year.outcome_share_upper < year_before.outcome_share_lower
        and this_year.outcome_decisions_upper < year_before.outcome_decisions_lower
        -- more cases were decided, beyond rounding, so the number of grants fell by less than the share
        and this_year.decisions_lower > year_before.decisions_upper

),

printed_twice as (

    select
        concat(
            'Up to the edition of ', any_value(newest.edition_year), ', ', count(*), ' figures are printed in two editions. Of these, ',
            coalesce(nullif(count(*) filter (where revisions.beyond_rounding), 0)::varchar, 'none'), ' differ by more than rounding, ',
            coalesce(nullif(count(*) filter (where series.stock_or_flow = 'stock'), 0)::varchar, 'none'), ' are stocks, and ',
            coalesce(nullif(count(*) filter (where series.product_code like 'asylum_track%'), 0)::varchar, 'none'),
            ' belong to the asylum tracks.'
        ) as sentence
    from marts.fct_revisions as revisions
    inner join marts.dim_series as series using (series_code)
    inner join newest on revisions.to_edition <= newest.edition_year

),

differing as (

    select
        concat(
            'Differences from other publishers beyond both margins: ',
            string_agg(
                if(measures.role = 'other', measures.name_en, lower(products.short_name_en[1]) || products.short_name_en[2:])
                || ' in ' || checks.reference_year || ', for which ' || split_part(checks.expected_from, ',', 1) || ' has '
                || shown(
                    abs(checks.residual), abs(checks.residual) - checks.tolerance, abs(checks.residual) + checks.tolerance, 'count'
                )
                || if(checks.residual < 0, ' more', ' fewer'),
                '; '
                order by checks.check_key
            ),
            '. All sources use the IND''s register, so agreement confirms the reading, not the count.'
        ) as sentence
    from marts.fct_reconciliation as checks
    inner join marts.dim_products as products using (product_code)
    inner join marts.dim_measures as measures on checks.found_from like '%.' || measures.measure_code || '/%'
    inner join newest on checks.edition_year <= newest.edition_year
    where checks.register is not null and checks.verdict = 'differs'
    having count(*) > 0

),

findings as (

    select 1 as place, 'which_procedures_are_late_most' as question, sentence from most_late
    union all
    select 2 as place, 'how_many_permits_were_withdrawn' as question, sentence from fewer_in_share
    union all
    select 3 as place, 'do_stock_and_flows_agree' as question, sentence from books_close
    union all
    select 4 as place, 'did_court_cases_double' as question, sentence from courts
    union all
    select 5 as place, 'how_many_asylum_applications_were_granted' as question, sentence from granted
    union all
    select 6 as place, 'what_changed_between_editions' as question, sentence from printed_twice
    union all
    select 7 as place, 'does_the_ind_differ_from_others' as question, sentence from differing

)

select
    question,
    sentence
from findings
order by place
