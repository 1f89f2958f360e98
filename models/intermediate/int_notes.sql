with observations as (

    select * from {{ ref('int_observations') }}

),

breaks as (

    select * from {{ ref('dim_breaks') }}

),

remarks as (

    select * from {{ ref('remarks') }}

),

broken as (

    select
        observations.publication_code,
        observations.series_code,
        observations.reference_year,
        observations.is_current,
        'break' as kind,
        breaks.break_key as note_key,
        breaks.note_nl,
        breaks.note_en
    from observations
    inner join breaks
        on
            observations.series_code = breaks.series_code
            and {{ crosses_break('observations.reference_year - 1', 'observations.reference_year') }}

),

-- a remark on how a page prints its figure is about that page; any other holds wherever the same figure is printed again
remarked as (

    select
        observations.publication_code,
        observations.series_code,
        observations.reference_year,
        observations.is_current,
        'remark' as kind,
        remarks.kind as note_key,
        remarks.remark_nl as note_nl,
        remarks.remark_en as note_en
    from remarks
    inner join observations as printed using (publication_code, series_code, reference_year)
    inner join observations
        on
            remarks.series_code = observations.series_code
            and remarks.reference_year = observations.reference_year
            and (
                remarks.publication_code = observations.publication_code
                or (remarks.kind not in ('rounded otherwise', 'printed otherwise') and printed.value = observations.value)
            )

)

select * from broken
union all
select * from remarked
