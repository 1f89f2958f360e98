-- Every top-3 list is for its edition's year and has ranks 1, 2 and 3; each word has a matching second reading and the right code.
with places as (

    select
        *,
        'seeds/printed/top_nationalities.csv, line ' || seed_line || ': ' || list_label || ' / ' || coalesce(rank::varchar, 'no rank') || ' reads "'
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
        'seeds/printed/top_nationalities.csv, from line ' || min(seed_line) || ': the list ' || any_value(list_label) || ' has ranks '
        || string_agg(coalesce(rank::varchar, 'unreadable'), ', ' order by seed_line) || '; expected 1, 2, 3' as message
    from places
    group by publication_code, product_code
    having list(rank order by seed_line) is distinct from [1, 2, 3]

),

misdated as (

    select
        reading || ' under the heading "' || list_heading || '"; expected a top 3 of ' || edition_year || ', the year of the edition; correct'
        || ' it to match the page' as message
    from places
    where reference_year != edition_year or not regexp_full_match(list_heading, 'Top 3 nationaliteiten .*[0-9]{4}')

),

repeated as (

    select
        reading || ', and ' || nationality_code || if(repeated is null, ' is in this list twice', ' is in this list only once')
        || '; correct the word or its code or, if the page lists one twice, write "as printed" in the column repeated of both lines' as message
    from places
    qualify (count(*) over (partition by publication_code, product_code, nationality_code) > 1) is distinct from (repeated is not null)

),

miscoded as (

    select
        places.reading || ', which is not a name for ' || places.nationality_code || '; correct the word to match the page, correct the code,'
        || ' or add the spelling to other_spellings in seeds/reference/nationalities.csv' as message
    from places
    inner join nationalities using (nationality_code)
    where not list_contains(nationalities.spellings, places.printed_nationality)

),

-- both ways: ranks without a second reading, read differently, or not entered
unconfirmed as (

    select
        case
            when places.reading is null
                then
                    second_readings.place || ': ' || second_readings.product_code || ' / ' || second_readings.rank || ' reads "'
                    || second_readings.printed_nationality || '", but seeds/printed/top_nationalities.csv has no such rank; enter it there or'
                    || ' remove this line'
            when second_readings.place is null
                then places.reading || ', and it has no second reading; add one to seeds/printed/second_reading_top_nationalities.csv'
            else
                places.reading || ', but the second reading (' || second_readings.read_by || ', ' || second_readings.place || ') has "'
                || second_readings.printed_nationality || '"; compare both with the page, then correct the wrong one'
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
