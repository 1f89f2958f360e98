-- Every top-3 list is of its edition's year and has the places 1, 2 and 3, each with the word that was read again, and the code that
-- the word means.
with places as (

    select
        *,
        'seeds/printed/top_nationalities.csv, line ' || seed_line || ': ' || list_label || ' / ' || coalesce(rank::varchar, 'no place') || ' reads "'
        || printed_nationality || '"' as reading
    from {{ ref('stg_jaarcijfers__top_nationalities') }}

),

second_readings as (

    select
        *,
        'seeds/printed/second_reading_top_nationalities.csv, line ' || (row_number() over () + 1) as place
    from {{ ref('second_reading_top_nationalities') }}

),

nationalities as (

    select
        nationality_code,
        [name_nl] || string_split(coalesce(other_spellings, ''), ', ') as spellings
    from {{ ref('nationalities') }}

),

incomplete as (

    select
        'seeds/printed/top_nationalities.csv, from line ' || min(seed_line) || ': the list ' || any_value(list_label) || ' has the places '
        || string_agg(coalesce(rank::varchar, 'unreadable'), ', ' order by seed_line) || '; expected 1, 2, 3' as message
    from places
    group by publication_code, product_code
    having list(rank order by seed_line) is distinct from [1, 2, 3]

),

misdated as (

    select
        reading || ' under the heading "' || list_heading || '"; expected a top 3 of ' || edition_year || ', the year of the edition; correct'
        || ' it after the page' as message
    from places
    where reference_year != edition_year or not regexp_full_match(list_heading, 'Top 3 nationaliteiten .*[0-9]{4}')

),

repeated as (

    select
        reading || ', and ' || nationality_code || if(repeated is null, ' stands in this list twice', ' stands in this list once')
        || '; correct the word or its code or, where the page has one twice, write "as printed" in the column repeated of both places' as message
    from places
    qualify (count(*) over (partition by publication_code, product_code, nationality_code) > 1) is distinct from (repeated is not null)

),

miscoded as (

    select
        places.reading || ', which ' || places.nationality_code || ' is not called; correct the word after the page or the code, or add'
        || ' the spelling to other_spellings in seeds/reference/nationalities.csv' as message
    from places
    inner join nationalities using (nationality_code)
    where not list_contains(nationalities.spellings, places.printed_nationality)

),

-- both ways: a place that nobody read again, one read otherwise, and one that is not entered
unconfirmed as (

    select
        case
            when places.reading is null
                then
                    second_readings.place || ': ' || second_readings.product_code || ' / ' || second_readings.rank || ' reads "'
                    || second_readings.printed_nationality || '", but seeds/printed/top_nationalities.csv has no such place; enter it there, or'
                    || ' take this line out'
            when second_readings.place is null
                then places.reading || ', and nobody has read it again; add a line to seeds/printed/second_reading_top_nationalities.csv'
            else
                places.reading || ', but the second reading (' || second_readings.read_by || ', ' || second_readings.place || ') has "'
                || second_readings.printed_nationality || '"; compare both with the page, then correct the one that is wrong'
        end as message
    from places
    full join second_readings using (publication_code, product_code, rank)
    where places.printed_nationality is distinct from second_readings.printed_nationality

)

select message from incomplete
union all
select message from misdated
union all
select message from repeated
union all
select message from miscoded
union all
select message from unconfirmed
