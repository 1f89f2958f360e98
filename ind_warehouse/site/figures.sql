-- every figure of the published file, printed or derived, with its margin as text in both languages
with

caseload as (
    from marts.fct_caseload where is_derived
),

observations as (
    from marts.fct_observations where is_current
),

inputs as (
    select
        product_code, reference_year, remark_nl, remark_en,
        case role when 'inflow' then 'applications' when 'outflow' then 'decisions' when 'stock' then 'pending' else role end as input
    from observations inner join marts.dim_series using (series_code, product_code)
    where remark_nl is not null and role != 'other'
),

-- a figure computed from a doubted one is doubted too
doubted as (
    select
        metric_key,
        string_agg(distinct remark_nl, ' ' order by remark_nl) as remark_nl,
        string_agg(distinct remark_en, ' ' order by remark_en) as remark_en
    from marts.fct_metrics as metrics
    inner join marts.dim_metrics using (metric_code)
    inner join inputs
        on
            metrics.product_code = inputs.product_code
            and regexp_matches(formula, '\b' || input || '\b')
            and (
                metrics.reference_year = inputs.reference_year
                or (contains(formula, input || '_previous') and metrics.reference_year = inputs.reference_year + 1)
            )
    group by metric_key
),

metrics as (
    select
        metrics.*,
        nullif(concat_ws(' ', note_nl, remark_nl), '') as remark_nl,
        nullif(concat_ws(' ', note_en, remark_en), '') as remark_en
    from marts.fct_metrics as metrics left join doubted using (metric_key)
),

editions as (
    from marts.dim_editions
),

figures as (
    select
        'observations' as origin, product_code, measure_code, reference_year, value, value_lower, value_upper, unit, edition_year,
        printed_value, publication, address, concat_ws(' › ', table_label, row_label) as place, remark_nl, remark_en
    from observations
    union all by name
    select
        'metrics' as origin, product_code, metric_code as measure_code, reference_year, value, value_lower, value_upper, unit,
        edition_year, remark_nl, remark_en
    from metrics
    union all by name
    -- months are what people ask for, days what courts are compared in
    select
        'months' as origin, product_code, 'pending_months' as measure_code, reference_year, value * 12 / 365 as value,
        value_lower * 12 / 365 as value_lower, value_upper * 12 / 365 as value_upper, 'months' as unit, edition_year, remark_nl, remark_en
    from metrics
    where metric_code = 'disposition_time_days'
    union all by name
    -- a sum is printed nowhere
    select
        'sums' as origin, product_code, unnest(['applications', 'decisions', 'pending']) as measure_code, reference_year,
        unnest([applications, decisions, pending]) as value,
        unnest([applications_lower, decisions_lower, pending_lower]) as value_lower,
        unnest([applications_upper, decisions_upper, pending_upper]) as value_upper,
        'count' as unit, unnest([applications_edition_year, decisions_edition_year, pending_edition_year]) as edition_year
    from caseload
),

written as (
    select
        *,
        product_code || '.' || measure_code as series_code,
        (value_upper - value_lower) / 2 as half,
        abs(value) as size,
        least(abs(value_lower), abs(value_upper)) as size_lower,
        greatest(abs(value_lower), abs(value_upper)) as size_upper,
        if(measure_code in ('backlog_change', 'net_inflow', 'stock_flow_residual') and value > 0, '+', '') as sign
    from figures
    where value is not null
)

select
    written.* exclude (size_lower, size_upper, sign, publication),
    coalesce(written.publication, title) as publication,
    sign || replace(translate(shown(value, value_lower, value_upper, unit, language := 'nl'), '-', '−'), '€ ', '€' || chr(160)) as shown_nl,
    sign || translate(shown(value, value_lower, value_upper, unit, language := 'en'), '-', '−') as shown_en,
    shown(size, size_lower, size_upper, unit, language := 'nl') as size_nl,
    shown(size, size_lower, size_upper, unit, language := 'en') as size_en,
    translate(in_words(at_least(value_lower, unit), unit, language := 'nl'), '-', '−') as least_nl,
    translate(in_words(at_least(value_lower, unit), unit, language := 'en'), '-', '−') as least_en,
    translate(in_words(at_most(value_upper, unit), unit, language := 'nl'), '-', '−') as most_nl,
    translate(in_words(at_most(value_upper, unit), unit, language := 'en'), '-', '−') as most_en,
    replace(in_words(at_most(half, if(unit = 'fte', 'days', unit)), if(unit = 'fte', 'days', unit), language := 'nl'), '%', ' procentpunt') as half_nl,
    replace(in_words(at_most(half, if(unit = 'fte', 'days', unit)), if(unit = 'fte', 'days', unit), language := 'en'), '%', ' points') as half_en
from written
left join editions using (edition_year)
order by product_code, measure_code, reference_year
