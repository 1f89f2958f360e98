with observations as (

    select * from {{ ref('int_observations') }}
    where is_current and value is not null

),

caseload as (

    select * from {{ ref('int_caseload') }}

),

checks as (

    select * from {{ ref('checks') }}

),

check_parts as (

    select
        check_code,
        unnest(string_split(part_codes, ' + ')) as part_code,
        len(string_split(part_codes, ' + ')) as number_of_parts
    from checks

),

external_totals as (

    select * from {{ ref('external_totals') }}

),

products as (

    select * from {{ ref('products') }}

),

-- the stock of the year before plus the printed net flow
stock_flows as (

    select
        'stock_flow' as check_code,
        product_code,
        reference_year,
        'count' as unit,
        compared_pending_previous + applications - decisions as expected,
        compared_pending_previous_lower + applications_lower - decisions_upper as expected_lower,
        compared_pending_previous_upper + applications_upper - decisions_lower as expected_upper,
        compared_pending as found,
        compared_pending_lower as found_lower,
        compared_pending_upper as found_upper,
        product_code || '.pending/' || (reference_year - 1)
        || ' + ' || product_code || '.applications/' || reference_year
        || ' - ' || product_code || '.decisions/' || reference_year as expected_from,
        product_code || '.pending/' || reference_year as found_from,
        product_code || '.pending' as series_code,
        [product_code || '.pending', product_code || '.applications', product_code || '.decisions'] as figure_codes,
        greatest(comparison_edition_year, applications_edition_year, decisions_edition_year) as edition_year,
        least(comparison_from_edition_year, applications_from_edition_year, decisions_from_edition_year) as from_edition_year,
        residual_note_nl as note_nl,
        residual_note_en as note_en,
        decisions,
        decisions_lower,
        decisions_upper,
        -- (found - expected) / decisions equals 1 + left_over / decisions, where each figure appears once, which makes the bounds exact
        compared_pending - compared_pending_previous - applications as left_over,
        compared_pending_lower - compared_pending_previous_upper - applications_upper as left_over_lower,
        compared_pending_upper - compared_pending_previous_lower - applications_lower as left_over_upper
    from caseload
    where compared_pending is not null and compared_pending_previous + applications - decisions is not null

),

stock_flows_measured as (

    select
        * exclude (decisions, decisions_lower, decisions_upper, left_over, left_over_lower, left_over_upper),
        round(1 + left_over / nullif(decisions, 0), 10) as residual_share,
        -- left_over may have either sign, so more decisions may raise or lower the share
        case
            when decisions_lower > 0 then round(1 + least(left_over_lower / decisions_lower, left_over_lower / decisions_upper), 10)
        end as residual_share_lower,
        case
            when decisions_lower > 0 then round(1 + greatest(left_over_upper / decisions_lower, left_over_upper / decisions_upper), 10)
        end as residual_share_upper
    from stock_flows

),

parts_summed as (

    select
        check_parts.check_code,
        observations.reference_year,
        -- if all parts are of one product, the check is about that product
        case when count(distinct observations.product_code) = 1 then any_value(observations.product_code) end as product_code,
        sum(observations.value) as expected,
        sum(observations.value_lower) as expected_lower,
        sum(observations.value_upper) as expected_upper,
        max(observations.edition_year) as parts_edition_year,
        min(observations.edition_year) as parts_from_edition_year,
        string_agg(
            observations.series_code || '/' || observations.reference_year, ' + ' order by observations.series_code
        ) as expected_from,
        list(observations.series_code) as figure_codes
    from check_parts
    inner join observations on check_parts.part_code = observations.series_code
    group by check_parts.check_code, observations.reference_year
    having count(*) = any_value(check_parts.number_of_parts)

),

sums as (

    select
        parts_summed.* exclude (parts_edition_year, parts_from_edition_year, figure_codes),
        parts_summed.figure_codes || [observations.series_code] as figure_codes,
        greatest(parts_edition_year, observations.edition_year) as edition_year,
        least(parts_from_edition_year, observations.edition_year) as from_edition_year,
        observations.series_code,
        observations.unit,
        observations.value as found,
        observations.value_lower as found_lower,
        observations.value_upper as found_upper,
        observations.series_code || '/' || observations.reference_year as found_from
    from parts_summed
    inner join checks using (check_code)
    inner join observations
        on
            checks.found_code = observations.series_code
            and parts_summed.reference_year = observations.reference_year

),

-- what others may publish: a printed series, or the stock of a derived product
figures as (

    select
        series_code,
        product_code,
        reference_year,
        unit,
        value,
        value_lower,
        value_upper,
        edition_year,
        edition_year as from_edition_year
    from observations
    union all
    select
        product_code || '.pending' as series_code,
        product_code,
        reference_year,
        'count' as unit,
        pending as value,
        pending_lower as value_lower,
        pending_upper as value_upper,
        pending_edition_year as edition_year,
        pending_from_edition_year as from_edition_year
    from caseload
    where product_code in (select part_of from products) and pending is not null

),

externals as (

    select
        'external_' || lower(external_totals.publisher) as check_code,
        figures.product_code,
        figures.reference_year,
        figures.unit,
        external_totals.value as expected,
        external_totals.value - external_totals.margin_below as expected_lower,
        external_totals.value + external_totals.margin_above as expected_upper,
        figures.value as found,
        figures.value_lower as found_lower,
        figures.value_upper as found_upper,
        external_totals.publisher || ', ' || external_totals.publication as expected_from,
        figures.series_code || '/' || figures.reference_year as found_from,
        figures.series_code,
        [figures.series_code] as figure_codes,
        figures.edition_year,
        figures.from_edition_year,
        external_totals.publisher,
        external_totals.address,
        external_totals.register,
        external_totals.note_nl,
        external_totals.note_en
    from external_totals
    inner join figures using (series_code, reference_year)

),

sums_and_externals as (

    select * from sums
    union all by name
    select * from externals

),

sums_and_externals_measured as (

    select
        *,
        {{ bounded('residual_share', 'found / nullif(expected, 0) - 1', rises_with=['found'], falls_with=['expected']) }}
    from sums_and_externals

),

compared as (

    select * from stock_flows_measured
    union all by name
    select * from sums_and_externals_measured

),

measured as (

    select
        *,
        {{ bounded('residual', 'found - expected', rises_with=['found'], falls_with=['expected']) }}
    from compared

)

select * from measured
