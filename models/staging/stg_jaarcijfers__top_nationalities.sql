with printed_places as (

    {% for edition_year, chapters in var('editions').items() if 'top_nationaliteiten' in chapters %}
    {%- set seed_name = 'jaarcijfers_' ~ edition_year ~ '_top_nationaliteiten' %}
    select
        {{ edition_year }} as edition_year,
        'seeds/jaarcijfers_{{ edition_year }}/{{ seed_name }}.csv' as seed_path,
        (row_number() over () + 1)::integer as seed_line,
        *
    from {{ ref(seed_name) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

typed as (

    select
        edition_year,
        seed_path,
        seed_line,
        chapter_label,
        table_label,
        list_heading,
        list_label,
        -- the heading names the year and what is ranked; where it is not printed, the year is the edition's
        coalesce(try_cast(regexp_extract(list_heading, '[0-9]{4}$') as integer), edition_year) as reference_year,
        case when list_heading like '%aanvragen%' then 'applications' end as ranked_by,
        try_cast(regexp_extract(printed_rank, '^([0-9]+)[.]$', 1) as integer) as rank,
        printed_nationality
    from printed_places

)

select * from typed
