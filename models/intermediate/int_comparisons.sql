{%- set base_year = var('index_base_year') -%}
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

-- each figure beside that of the year before and, for an index, beside that of the base year; a dash that took a figure's place
-- withdraws it, so that nothing is left to compare
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

-- the newest edition that prints both: a restatement is never taken for a change
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

-- where no edition does, current figures are compared as long as nothing was restated between them: for a change no year of the series
-- since the older edition, for an index no year from the one to the other
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
        case
            when {{ is_revision('later.value', 'later.half_width', 'current_later.value', 'current_later.half_width') }}
                then current_later
        end as restated_later,
        case
            when {{ is_revision('earlier.value', 'earlier.half_width', 'current_earlier.value', 'current_earlier.half_width') }}
                then current_earlier
        end as restated_earlier
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
    * exclude (restated_later, restated_earlier)
    {%- for language, apart, restated, this_is_of in [
        ('nl', 'Geen editie drukt beide jaren: {} is van editie {}, {} van editie {}.', '{} is in editie {} herzien tot {}', '; deze vergelijking is die van editie {}.'),
        ('en', 'No edition prints both years: {} is from edition {}, {} from edition {}.', '{} was restated in edition {} as {}', '; this comparison is that of edition {}.'),
    ] %},
    case
        when not is_printed_together and reference_year != compared_with
            then format('{{ apart }}', compared_with, earlier_edition, reference_year, later_edition)
        when restated_later is not null or restated_earlier is not null
            then concat_ws(
                ', ',
                format('{{ restated }}', restated_earlier.reference_year, restated_earlier.edition_year, restated_earlier.printed_value),
                format('{{ restated }}', restated_later.reference_year, restated_later.edition_year, restated_later.printed_value)
            ) || format('{{ this_is_of }}', edition_year)
    end as note_{{ language }}
    {%- endfor %}
from compared
