{%- set printed_seeds = [] -%}
{%- for edition_year, chapters in var('editions').items() -%}
{%- for chapter in chapters if chapter != 'top_nationaliteiten' -%}
{%- do printed_seeds.append((edition_year | int, 'jaarcijfers_' ~ edition_year ~ '_' ~ chapter)) -%}
{%- endfor -%}
{%- endfor -%}

with printed_cells as (

    {% for edition_year, seed_name in printed_seeds %}
    select
        {{ edition_year }} as edition_year,
        'seeds/jaarcijfers_{{ edition_year }}/{{ seed_name }}.csv' as seed_path,
        seed_line,
        chapter_label,
        table_label,
        row_label,
        printed_in,
        reference_year::integer as reference_year,
        printed_value
    from (
        select
            *,
            -- the first line of the file holds the headers
            (row_number() over () + 1)::integer as seed_line
        from {{ ref(seed_name) }}
    )
    -- an empty cell is nothing printed and gives no row; a missing year column is an error
    unpivot (printed_value for reference_year in ("{{ edition_year }}", "{{ edition_year - 1 }}", "{{ edition_year - 2 }}"))
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

recognised as (

    select
        *,
        -- the whole text must have the form: a laxer cast turns '1.23' into 123
        case
            when printed_value = '-' then 'dash'
            when regexp_full_match(printed_value, '0|[1-9][0-9]{0,2}([.][0-9]{3})*') then 'count'
            when regexp_full_match(printed_value, '(0|[1-9][0-9]?|100)%') then 'share'
            when regexp_full_match(printed_value, '€ (0|[1-9][0-9]{0,2}),[0-9] mln') then 'eur'
        end as printed_form
    from printed_cells

),

parsed as (

    select
        *,
        case printed_form
            when 'count' then replace(printed_value, '.', '')::double
            when 'share' then replace(printed_value, '%', '')::double / 100
            -- millions with one decimal: without the comma they are tenths of a million
            when 'eur' then regexp_replace(printed_value, '[^0-9]', '', 'g')::double * 100000
        end as value
    from recognised

)

select * from parsed
