{#- a more lenient cast would turn '1.23' into 123: the form must match the whole text -#}
{% macro printed_number(number) -%}
    if(number_format = 'en', translate(printed_value, ',.', '.,'), printed_value) as dutch_value,
    case
        when dutch_value = '-' then 'dash'
        when regexp_full_match(dutch_value, '0|[1-9][0-9]{0,2}([.][0-9]{3})*') then 'count'
        when regexp_full_match(dutch_value, '(0|[1-9][0-9]?|100)%') then 'share'
        when regexp_full_match(dutch_value, replace('€ # mln|# miljoen euro|EUR # million|# million euros', '#', '(0|[1-9][0-9]{0,2})(,[0-9])?'))
            then 'eur'
    end as printed_form,
    case printed_form
        when 'count' then replace(dutch_value, '.', '')::double
        when 'share' then replace(dutch_value, '%', '')::double / 100
        -- in millions; with one decimal, the digits count tenths of a million
        when 'eur' then regexp_replace(dutch_value, '[^0-9]', '', 'g')::double * if(contains(dutch_value, ','), 100000, 1000000)
    end as {{ number }}
{%- endmacro %}
