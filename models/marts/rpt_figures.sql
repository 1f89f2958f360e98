{%- set roles = {
    'applications': 'inflow',
    'decisions': 'outflow',
    'pending': 'stock',
    'pending_previous': 'stock',
    'outcome_share': 'outcome_share',
    'timely_share': 'timely_share',
} -%}
{%- set inputs = [] -%}
{%- for metric_code, metric in var('metrics').items() -%}
{%- for input in metric.rises_with + metric.falls_with -%}
{%- set is_compared = roles[input] == 'stock' and 'pending_previous' in metric.falls_with -%}
{%- do inputs.append("('" ~ metric_code ~ "', '" ~ roles[input] ~ "', " ~ is_compared ~ ")") -%}
{%- endfor -%}
{%- endfor -%}
with observations as (

    select * from {{ ref('fct_observations') }}
    where is_current

),

metrics as (

    select * from {{ ref('fct_metrics') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

series as (

    select * from {{ ref('int_series') }}

),

components as (

    select * from {{ ref('int_components') }}

),

metric_names as (

    select * from {{ ref('dim_metrics') }}

),

-- a figure that a check compares with the sum of its parts is already counted in those parts
sums as (

    select found_code as series_code from {{ ref('checks') }}
    where found_code is not null

),

metric_inputs (metric_code, role, is_compared) as (

    values {{ inputs | unique | join(', ') }}

),

uses as (

    select
        metrics.metric_key as row_key,
        metrics.reference_year,
        if(metric_inputs.is_compared, metrics.reference_year - 1, null) as compared_with,
        components.series_code,
        components.name_nl,
        components.name_en
    from metrics
    inner join metric_inputs using (metric_code)
    inner join components using (product_code, role)

),

notes as (

    {{ notes_of('uses') }}

),

figures as (

    select
        series.series_code || '/' || observations.reference_year as figure_key,
        observations.product_code,
        observations.measure_code,
        null as metric_code,
        series.row_name_nl as measure_nl,
        series.row_name_en as measure_en,
        observations.reference_year,
        observations.value,
        observations.value_lower,
        observations.value_upper,
        observations.unit,
        observations.edition_year,
        observations.printed_value,
        concat_ws(' ', series.note_nl, observations.break_note_nl, observations.remark_nl) as note_nl,
        concat_ws(' ', series.note_en, observations.break_note_en, observations.remark_en) as note_en,
        series.series_code in (select sums.series_code from sums) as counted_elsewhere
    from observations
    inner join series using (series_code)
    union all
    select
        metrics.metric_key as figure_key,
        metrics.product_code,
        null as measure_code,
        metrics.metric_code,
        -- outcomes differ by product, so the name tells which one; the measure is called a share
        concat_ws(': ', metric_names.name_nl, outcomes.name_nl) as measure_nl,
        concat_ws(': ', metric_names.name_en, split_part(outcomes.name_en, ',', 1)) as measure_en,
        metrics.reference_year,
        metrics.value,
        metrics.value_lower,
        metrics.value_upper,
        metrics.unit,
        metrics.edition_year,
        null as printed_value,
        concat_ws(' ', metric_names.caveat_nl, metrics.note_nl, notes.break_note_nl, notes.remark_nl) as note_nl,
        concat_ws(' ', metric_names.caveat_en, metrics.note_en, notes.break_note_en, notes.remark_en) as note_en,
        metrics.is_derived as counted_elsewhere
    from metrics
    inner join metric_names using (metric_code)
    left join components as outcomes
        on
            metrics.metric_code = 'outcome_decisions'
            and metrics.product_code = outcomes.product_code
            and outcomes.role = 'outcome_share'
    left join notes on metrics.metric_key = notes.row_key

)

select
    figures.figure_key,
    figures.product_code,
    products.name_nl as product_nl,
    products.name_en as product_en,
    figures.measure_code,
    figures.metric_code,
    figures.measure_nl,
    figures.measure_en,
    figures.reference_year,
    figures.value,
    at_least(figures.value_lower, figures.unit) as at_least,
    at_most(figures.value_upper, figures.unit) as at_most,
    figures.unit,
    figures.edition_year,
    figures.printed_value,
    {%- for language in ['nl', 'en'] %}
    -- a printed dash is shown as such
    coalesce(
        shown(figures.value, figures.value_lower, figures.value_upper, figures.unit, language := '{{ language }}'), figures.printed_value
    ) as shown_{{ language }},
    {%- endfor %}
    nullif(concat_ws(' ', products.note_nl, nullif(figures.note_nl, '')), '') as note_nl,
    nullif(concat_ws(' ', products.note_en, nullif(figures.note_en, '')), '') as note_en,
    figures.counted_elsewhere
from figures
inner join products using (product_code)
order by products.position, figures.reference_year, figures.figure_key
