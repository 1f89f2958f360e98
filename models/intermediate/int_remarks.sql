{%- set withdrawn = {
    'nl': 'Editie {} vermeldde hier {}, editie {} een streepje.',
    'en': 'Edition {} printed {} here, edition {} prints a dash.',
} -%}
with remarks as (

    select * from {{ ref('remarks') }}

),

cells as (

    select * from {{ ref('int_cells') }}

),

observations as (

    select * from {{ ref('int_observations') }}

),

-- a remark on how a publication prints a figure applies to that publication only; any other remark applies wherever the same
-- figure is printed
repeated as (

    select
        observations.publication_code,
        observations.series_code,
        observations.reference_year,
        observations.is_current,
        remarks.kind,
        remarks.remark_nl,
        remarks.remark_en
    from remarks
    inner join cells as remarked using (publication_code, series_code, reference_year)
    inner join observations
        on
            remarks.series_code = observations.series_code
            and remarks.reference_year = observations.reference_year
            and (
                remarks.publication_code = observations.publication_code
                or (remarks.kind not in ('rounded otherwise', 'printed otherwise') and remarked.value = observations.value)
            )

),

-- remarks on cells without a figure have no observation
without_figure as (

    select
        publication_code,
        series_code,
        reference_year,
        true as is_current,
        kind,
        remark_nl,
        remark_en
    from remarks
    where kind = 'no figure'

),

withdrawn as (

    select
        {% for language, text in withdrawn.items() -%}
        format(
            '{{ text }}', max(earlier.edition_year), max_by(earlier.printed_value, earlier.edition_year), any_value(observations.edition_year)
        ) as remark_{{ language }},
        {% endfor -%}
        observations.publication_code,
        observations.series_code,
        observations.reference_year,
        observations.is_current,
        'withdrawn' as kind
    from observations
    inner join cells as earlier
        on
            observations.series_code = earlier.series_code
            and observations.reference_year = earlier.reference_year
            and observations.edition_year > earlier.edition_year
    where observations.observation_status = 'O' and earlier.value is not null
    group by all

)

select * from repeated
union all by name
select * from without_figure
union all by name
select * from withdrawn
