{%- set counts = ['applications', 'decisions', 'pending'] -%}
{%- set roles = {
    'applications': 'inflow',
    'decisions': 'outflow',
    'pending': 'stock',
    'outcome_share': 'outcome_share',
    'timely_share': 'timely_share',
} -%}
{%- set words = {
    'nl': 'De stromen van {} zijn herzien in editie {}; de voorraden komen uit editie {}.',
    'en': 'The flows of {} were restated in edition {}; the stocks are from edition {}.',
} -%}
{%- set stocks = ['compared_pending', 'compared_pending_previous'] -%}
with cells as (

    select * from {{ ref('int_cells') }}
    where role != 'other'

),

stock_changes as (

    select * from {{ ref('int_comparisons') }}
    where kind = 'year_before' and role = 'stock'

),

-- which flows were restated, and by which edition last. One select per role, since DuckDB applies a filter on one role before it computes
-- revisions, but not a filter on two
restated_flows as (

    select
        product_code,
        reference_year,
        max(to_edition) as to_edition
    from (
        {% for role in ['inflow', 'outflow'] %}
        select * from {{ ref('int_revisions') }}
        where has_other_values and is_revision and role = '{{ role }}'
        {{ 'union all' if not loop.last }}
        {% endfor %}
    )
    group by product_code, reference_year

),

parts as (

    select
        product_code,
        part_of,
        short_name_nl,
        short_name_en,
        count(*) over (partition by part_of) as number_of_parts
    from {{ ref('products') }}
    where part_of is not null

),

pivoted as (

    select
        {% for name, role in roles.items() -%}
        {{ printed_figure(name, "role = '" ~ role ~ "'") }},
        case when {{ name }} is not null then max(edition_year) filter (where role = '{{ role }}') end as {{ name }}_edition_year,
        {% endfor -%}
        product_code,
        reference_year
    from cells
    group by product_code, reference_year

),

-- the newest figures, and the two stocks of one edition whose difference is the change
printed as (

    select
        pivoted.*
        {%- for name in counts %},
        pivoted.{{ name }}_edition_year as {{ name }}_from_edition_year
        {%- endfor %}
        {%- for suffix in ['', '_lower', '_upper'] %},
        stock_changes.{{ 'value' ~ suffix }} as compared_pending{{ suffix }},
        stock_changes.{{ 'earlier' ~ suffix }} as compared_pending_previous{{ suffix }}
        {%- endfor %},
        stock_changes.edition_year as comparison_edition_year,
        stock_changes.from_edition_year as comparison_from_edition_year,
        stock_changes.note_nl as comparison_note_nl,
        stock_changes.note_en as comparison_note_en,
        restated_flows.to_edition as flows_restated_in
    from pivoted
    left join stock_changes using (product_code, reference_year)
    left join restated_flows using (product_code, reference_year)

),

-- sums of the parts and of their bounds; null where a part is not printed, or where the parts' stocks are from
-- different editions
summed as (

    select
        parts.part_of as product_code,
        printed.reference_year,
        -- either the stocks of all parts are from the same editions, or all are the current ones, and then there is no note
        count(compared_pending) = any_value(parts.number_of_parts)
        and (
            count(distinct row(comparison_edition_year, comparison_from_edition_year)) = 1 or count(comparison_note_en) = 0
        ) as is_comparable
        {%- for name in counts + stocks %}
        {%- set is_whole = 'is_comparable' if name in stocks else 'count(printed.' ~ name ~ ') = any_value(parts.number_of_parts)' %}
        {%- for suffix in ['', '_lower', '_upper'] %},
        case when {{ is_whole }} then sum(printed.{{ name }}{{ suffix }}) end as {{ name }}{{ suffix }}
        {%- endfor %}
        {%- endfor %}
        {%- for name in counts %}
        {%- set is_whole = 'count(printed.' ~ name ~ ') = any_value(parts.number_of_parts)' %},
        case when {{ is_whole }} then max({{ name }}_edition_year) end as {{ name }}_edition_year,
        case when {{ is_whole }} then min({{ name }}_from_edition_year) end as {{ name }}_from_edition_year
        {%- endfor %},
        case when is_comparable then max(comparison_edition_year) end as comparison_edition_year,
        case when is_comparable then min(comparison_from_edition_year) end as comparison_from_edition_year
        {%- for language in ['nl', 'en'] %},
        case
            when is_comparable
                then string_agg(parts.short_name_{{ language }} || ': ' || comparison_note_{{ language }}, ' ' order by product_code)
        end as comparison_note_{{ language }}
        {%- endfor %},
        max(flows_restated_in) as flows_restated_in
    from parts
    inner join printed using (product_code)
    group by parts.part_of, printed.reference_year
    -- only where at least one figure is printed for all parts
    having any_value(parts.number_of_parts) in (count(applications), count(decisions), count(pending))

),

caseload as (

    select * from printed
    union all by name
    select * exclude (is_comparable) from summed

)

select
    {% for language, restated in words.items() -%}
    nullif(concat_ws(
        ' ',
        comparison_note_{{ language }},
        case
            when flows_restated_in > comparison_edition_year and applications is not null and decisions is not null
                then format('{{ restated }}', reference_year, flows_restated_in, comparison_edition_year)
        end
    ), '') as residual_note_{{ language }},
    {% endfor -%}
    *
from caseload
