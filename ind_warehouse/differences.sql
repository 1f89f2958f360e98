-- How the newest editions differ from earlier ones, one line each: figures revised by the newest whole edition or a later one, and series
-- that are new or gone in the newest whole edition.
with editions as (

    select
        edition_year,
        is_newest_whole,
        lag(edition_year) over (order by edition_year) as last_edition
    from marts.dim_editions
    where not is_partial

),

newest as (

    select * from editions
    where is_newest_whole

),

observations as (

    select distinct
        series_code,
        edition_year
    from marts.fct_observations

),

revised as (

    select
        1 as position,
        earlier.observation_key as place,
        concat(
            'Revised in edition ', revisions.to_edition, ': ', earlier.printed_value, ', now ', later.printed_value,
            ', ', revisions.series_code, ' of ', revisions.reference_year, ' (' || format('{:+.0f}', revisions.steps) || ' steps of rounding)'
        ) as message
    from marts.fct_revisions as revisions
    inner join newest on revisions.to_edition >= newest.edition_year
    inner join marts.fct_observations as earlier
        on earlier.observation_key = concat(revisions.series_code, '/', revisions.reference_year, '@', revisions.from_edition)
    inner join marts.fct_observations as later
        on later.observation_key = concat(revisions.series_code, '/', revisions.reference_year, '@', revisions.to_edition)
    where revisions.is_revision

),

-- only whole editions show that a series is new or gone
beside as (

    select
        series_code,
        bool_or(observations.edition_year = newest.edition_year) as is_here,
        bool_or(observations.edition_year = newest.last_edition) as was_there,
        any_value(newest.edition_year) as edition_year
    from observations
    cross join newest
    where newest.last_edition is not null
    group by series_code

),

messages as (

    select * from revised
    union all
    select 2 as position, series_code as place, concat('New in edition ', edition_year, ': ', series_code) as message
    from beside
    where is_here and not was_there
    union all
    select 3 as position, series_code as place, concat('No longer in edition ', edition_year, ': ', series_code) as message
    from beside
    where was_there and not is_here

)

select message from messages
order by position, place
