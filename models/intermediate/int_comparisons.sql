{%- set base_year = var('index_base_year') -%}
{%- set notes = {
    'nl': {
        'apart': 'Geen editie vermeldt beide jaren: {} komt uit editie {}, {} uit editie {}.',
        'restated': '{}: editie {} vermeldt {}',
        'of': '; deze vergelijking gebruikt editie {}.',
    },
    'en': {
        'apart': 'No edition prints both years: {} is from edition {}, {} from edition {}.',
        'restated': '{}: edition {} prints {}',
        'of': '; this comparison uses edition {}.',
    },
} -%}
with observations as (

    select * from {{ ref('int_observations') }}

),

current_figures as (

    select * from observations
    where is_current

),

revisions as (

    select * from {{ ref('int_revisions') }}
    where is_revision

),

-- each figure beside that of the year before and, for an index, that of the base year; a dash that withdraws a figure leaves
-- nothing to compare
asked as (

    select
        later.series_code,
        later.reference_year,
        earlier.reference_year as compared_with,
        later.edition_year as later_edition,
        earlier.edition_year as earlier_edition,
        unnest(
            if(earlier.reference_year = later.reference_year - 1, ['year_before'], [])
            || if(earlier.reference_year = {{ base_year }} and later.unit in ('count', 'fte'), ['base_year'], [])
        ) as kind
    from current_figures as later
    inner join current_figures as earlier
        on
            later.series_code = earlier.series_code
            and earlier.reference_year in (later.reference_year - 1, {{ base_year }})
    where later.value is not null and earlier.value is not null

),

-- the newest edition that prints both, so that a restatement never passes for a change
printed_together as (

    select
        later.series_code,
        later.reference_year,
        earlier.reference_year as compared_with,
        max(edition_year) as edition_year
    from observations as later
    inner join observations as earlier using (series_code, edition_year)
    where earlier.reference_year in (later.reference_year - 1, {{ base_year }})
    group by later.series_code, later.reference_year, earlier.reference_year

),

-- where no edition prints both, current figures are compared unless a restatement intervenes: for a change, of any year of the series
-- since the older edition; for an index, of any year from one to the other
blocked as (

    select distinct
        asked.series_code,
        asked.reference_year,
        asked.compared_with,
        asked.kind
    from asked
    anti join printed_together using (series_code, reference_year, compared_with)
    inner join revisions
        on
            asked.series_code = revisions.series_code
            and case asked.kind
                when 'year_before' then revisions.to_edition > least(asked.later_edition, asked.earlier_edition)
                else
                    revisions.reference_year between least(asked.reference_year, asked.compared_with)
                    and greatest(asked.reference_year, asked.compared_with)
            end

),

dated as (

    select
        asked.* replace (
            coalesce(printed_together.edition_year, asked.later_edition) as later_edition,
            coalesce(printed_together.edition_year, asked.earlier_edition) as earlier_edition
        ),
        printed_together.edition_year is not null as is_printed_together
    from asked
    left join printed_together using (series_code, reference_year, compared_with)
    anti join blocked using (series_code, reference_year, compared_with, kind)

),

compared as (

    select
        dated.*,
        later.product_code,
        later.unit,
        later.role,
        later.value,
        later.value_lower,
        later.value_upper,
        earlier.value as earlier,
        earlier.value_lower as earlier_lower,
        earlier.value_upper as earlier_upper,
        greatest(dated.later_edition, dated.earlier_edition) as edition_year,
        least(dated.later_edition, dated.earlier_edition) as from_edition_year,
        case when (later.value is distinct from current_later.value) then current_later end as restated_later,
        case when (earlier.value is distinct from current_earlier.value) then current_earlier end as restated_earlier
    from dated
    inner join observations as later
        on
            dated.series_code = later.series_code
            and dated.reference_year = later.reference_year
            and dated.later_edition = later.edition_year
    inner join observations as earlier
        on
            dated.series_code = earlier.series_code
            and dated.compared_with = earlier.reference_year
            and dated.earlier_edition = earlier.edition_year
    inner join current_figures as current_later
        on
            dated.series_code = current_later.series_code
            and dated.reference_year = current_later.reference_year
    inner join current_figures as current_earlier
        on
            dated.series_code = current_earlier.series_code
            and dated.compared_with = current_earlier.reference_year
    where later.value is not null and earlier.value is not null

)

select
    {% for language, words in notes.items() -%}
    case
        when not compared.is_printed_together and compared.reference_year != compared.compared_with
            then format(
                '{{ words.apart }}', compared.compared_with, compared.earlier_edition, compared.reference_year, compared.later_edition
            )
        when compared.restated_later is not null or compared.restated_earlier is not null
            then concat_ws(
                '; ',
                {%- for restated in ['restated_earlier', 'restated_later'] %}
                format(
                    '{{ words.restated }}',
                    compared.{{ restated }}['reference_year'],
                    compared.{{ restated }}['edition_year'],
                    compared.{{ restated }}['printed_value']
                ){{ ',' if not loop.last }}
                {%- endfor %}
            ) || format('{{ words.of }}', compared.edition_year)
    end as note_{{ language }},
    {% endfor -%}
    -- RF03 takes the excluded names for references
    compared.* exclude (restated_later, restated_earlier) -- noqa: RF03
from compared
