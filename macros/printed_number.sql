{% macro form_of(dutch) -%}
    case
        when {{ dutch }} = '-' then 'dash'
        when regexp_full_match({{ dutch }}, '0|[1-9][0-9]{0,2}([.][0-9]{3})*') then 'count'
        when regexp_full_match({{ dutch }}, '(0|[1-9][0-9]?|100)%') then 'share'
        when regexp_full_match({{ dutch }}, replace('€ # mln|# miljoen euro|EUR # million|# million euros', '#', '(0|[1-9][0-9]{0,2})(,[0-9])?'))
            then 'eur'
    end
{%- endmacro %}

{% macro number_of(dutch, form) -%}
    case {{ form }}
        when 'count' then replace({{ dutch }}, '.', '')::double
        when 'share' then replace({{ dutch }}, '%', '')::double / 100
        -- in millions; with one decimal, the digits count tenths of a million
        when 'eur' then regexp_replace({{ dutch }}, '[^0-9]', '', 'g')::double * if(contains({{ dutch }}, ','), 100000, 1000000)
    end
{%- endmacro %}
