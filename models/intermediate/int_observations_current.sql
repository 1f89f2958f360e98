with observations as (

    select * from {{ ref('int_observations_bounded') }}

)

select * exclude (is_current) from observations
where is_current
