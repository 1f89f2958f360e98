-- Welk deel van de asielvoorraad is spoor 4?
-- What share of pending asylum cases is in track 4?
-- Vermeld waarvan: alleen van de drie sporen, of met gezinshereniging erbij. Zaken, geen personen.
-- State the total used: the three tracks alone, or with family reunification. Cases, not persons.
with stocks as (

    select * from {{ ref('fct_observations') }}
    where
        reference_year = (
            select edition_year from {{ ref('dim_editions') }}
            where is_newest_whole
        )
        and measure_code = 'pending'
        and is_current

),

wholes as (

    select
        'tracks 1, 2 and 4' as asylum_stock,
        ['asylum_track_1', 'asylum_track_2'] as other_stocks
    union all
    select
        'with both family reunifications' as asylum_stock,
        ['asylum_track_1', 'asylum_track_2', 'asylum_family_reunification', 'family_reunification_echr8'] as other_stocks

)

select
    any_value(track_4.reference_year) as year,
    wholes.asylum_stock,
    any_value(track_4.value)::integer as track_4,
    (any_value(track_4.value) + sum(stocks.value))::integer as whole,
    -- part and rest vary independently: the share is lowest with the lowest part and the highest rest
    rounded(any_value(track_4.value) / (any_value(track_4.value) + sum(stocks.value)), 'share') as share,
    at_least(any_value(track_4.value_lower) / (any_value(track_4.value_lower) + sum(stocks.value_upper)), 'share') as at_least,
    at_most(any_value(track_4.value_upper) / (any_value(track_4.value_upper) + sum(stocks.value_lower)), 'share') as at_most
from wholes
inner join stocks on list_contains(wholes.other_stocks, stocks.product_code)
inner join stocks as track_4 on track_4.product_code = 'asylum_track_4'
group by wholes.asylum_stock
order by whole
