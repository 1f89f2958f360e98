{%- set years = {'year_before': 'later.reference_year - 1', 'base_year': var('index_base_year')} -%}
{%- set notes = {
    'nl': {
        'apart': 'Geen publicatie die hier is opgenomen, vermeldt beide jaren: {} komt uit een publicatie over {}, {} uit een over {}; die kunnen anders tellen.',
        'restated': '{}: editie {} vermeldt {}',
        'of': '; deze vergelijking gebruikt editie {}.',
    },
    'en': {
        'apart': 'No publication held here prints both years: {} is from one about {}, {} from one about {}; these may count differently.',
        'restated': '{}: edition {} prints {}',
        'of': '; this comparison uses edition {}.',
    },
} -%}
-- not materialized, joined on role as well, and revisions by a left join: so a query for one kind and role computes only those rows
with cells as not materialized (

    select * from {{ ref('int_cells') }}

),

-- materialized: both figures of a pair are read from it
current_figures as materialized (

    select
        {{ printed_figure('value') }},
        arg_max(printed_value, edition_year) as printed_value,
        max(edition_year) as edition_year,
        any_value(product_code) as product_code,
        any_value(unit) as unit,
        series_code,
        role,
        reference_year
    from cells
    group by series_code, role, reference_year

),

revisions as (

    select * from {{ ref('int_revisions') }}
    where has_other_values and is_revision

),

-- each current figure beside that of the year before and, for an index, that of the base year; there is no
-- pair where either figure is a dash
current_pairs as (

    {% for kind, year in years.items() %}
    select
        {% for side in ['later', 'earlier'] -%}
        {{ side }}.value as {{ side }}_value,
        {{ side }}.value_lower as {{ side }}_value_lower,
        {{ side }}.value_upper as {{ side }}_value_upper,
        {{ side }}.printed_value as {{ side }}_printed,
        {{ side }}.edition_year as {{ side }}_edition,
        {% endfor -%}
        '{{ kind }}' as kind,
        later.series_code,
        later.product_code,
        later.unit,
        later.role,
        later.reference_year,
        earlier.reference_year as compared_with
    from current_figures as later
    inner join current_figures as earlier
        on
            later.series_code = earlier.series_code
            and later.role = earlier.role
            and earlier.reference_year = {{ year }}
    where later.value is not null and earlier.value is not null {{ "and later.unit in ('count', 'fte')" if kind == 'base_year' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- the newest edition that prints both, so that a restatement is never mistaken for a change
printed_pairs as (

    {% for kind, year in years.items() %}
    select
        {% for side in ['later', 'earlier'] -%}
        arg_max_null({{ side }}.value, edition_year) as {{ side }}_value,
        arg_max_null({{ side }}.value_lower, edition_year) as {{ side }}_value_lower,
        arg_max_null({{ side }}.value_upper, edition_year) as {{ side }}_value_upper,
        {% endfor -%}
        max(edition_year) as edition_year,
        '{{ kind }}' as kind,
        series_code,
        role,
        later.reference_year
    from cells as later
    inner join cells as earlier using (series_code, role, edition_year)
    where earlier.reference_year = {{ year }}
    group by series_code, role, later.reference_year
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

compared as (

    select
        printed_pairs.edition_year is not null as is_printed_together,
        {% for side, name in {'later': 'value', 'earlier': 'earlier'}.items() -%}
        {% for end in ['', '_lower', '_upper'] -%}
        if(is_printed_together, printed_pairs.{{ side }}_value{{ end }}, current_pairs.{{ side }}_value{{ end }}) as {{ name }}{{ end }},
        {% endfor -%}
        current_pairs.{{ side }}_value != {{ name }} as {{ side }}_is_restated,
        current_pairs.{{ side }}_printed,
        current_pairs.{{ side }}_edition,
        {% endfor -%}
        current_pairs.kind,
        current_pairs.series_code,
        current_pairs.product_code,
        current_pairs.unit,
        current_pairs.role,
        current_pairs.reference_year,
        current_pairs.compared_with,
        coalesce(printed_pairs.edition_year, greatest(current_pairs.later_edition, current_pairs.earlier_edition)) as edition_year,
        coalesce(printed_pairs.edition_year, least(current_pairs.later_edition, current_pairs.earlier_edition)) as from_edition_year
    from current_pairs
    left join printed_pairs using (kind, series_code, role, reference_year)
    -- where no edition prints both years, the current figures are compared, unless the series was restated: for a change, any of its years,
    -- after the older of the two editions; for an index, any year from one to the other
    left join revisions
        on
            printed_pairs.edition_year is null
            and current_pairs.series_code = revisions.series_code
            and current_pairs.role = revisions.role
            and case current_pairs.kind
                when 'year_before' then revisions.to_edition > least(current_pairs.later_edition, current_pairs.earlier_edition)
                else
                    revisions.reference_year between least(current_pairs.reference_year, current_pairs.compared_with)
                    and greatest(current_pairs.reference_year, current_pairs.compared_with)
            end
    -- the newest edition that prints both may have a dash
    where value is not null and earlier is not null and revisions.series_code is null

)

select
    {% for language, words in notes.items() -%}
    case
        when not is_printed_together and reference_year != compared_with
            then format('{{ words.apart }}', compared_with, earlier_edition, reference_year, later_edition)
        when earlier_is_restated or later_is_restated
            then concat_ws(
                '; ',
                case when earlier_is_restated then format('{{ words.restated }}', compared_with, earlier_edition, earlier_printed) end,
                case when later_is_restated then format('{{ words.restated }}', reference_year, later_edition, later_printed) end
            ) || format('{{ words.of }}', edition_year)
    end as note_{{ language }},
    {% endfor -%}
    kind,
    series_code,
    product_code,
    unit,
    role,
    reference_year,
    compared_with,
    value,
    value_lower,
    value_upper,
    earlier,
    earlier_lower,
    earlier_upper,
    edition_year,
    from_edition_year
from compared
