{#- The macros of DuckDB that say how a figure is written. They stand in the file before the models do, which write figures with
    them, and are published with it. -#}
{% macro create_formatters() -%}
create or replace macro main.decimals(unit) as
case
    when unit in ('count', 'fte', 'eur') then 0
    when unit in ('days', 'months') then 1
    when unit = 'index' then 2
    when unit = 'share' then 3
    when unit = 'ratio' then 4
    else error(concat('There is no unit ''', unit, '''; there are count, fte, eur, days, months, index, share and ratio.'))
end;

comment on macro main.decimals is
'With how many decimals a figure of a unit is shown. Example: select decimals(''share'');';

-- What a computer makes of 0.995, a hair less or more, is no reason to write 0.994: the tenth decimal is the last that counts. Adding
-- zero turns -0 into 0.

create or replace macro main.rounded(figure, unit) as
round(round(figure * 10 ^ decimals(unit), 10 - decimals(unit))) / 10 ^ decimals(unit) + 0;

comment on macro main.rounded is
'A figure as it is shown in its unit, half a digit away from zero. Example: select rounded(14644.6, ''count'');';

create or replace macro main.at_least(bound, unit) as
floor(round(bound * 10 ^ decimals(unit), 10 - decimals(unit))) / 10 ^ decimals(unit) + 0;

comment on macro main.at_least is
'A lower bound as it is shown in its unit, rounded down, so that nothing possible lies below it. Example: select at_least(14542.7, ''count'');';

create or replace macro main.at_most(bound, unit) as
ceil(round(bound * 10 ^ decimals(unit), 10 - decimals(unit))) / 10 ^ decimals(unit) + 0;

comment on macro main.at_most is
'An upper bound as it is shown in its unit, rounded up, so that nothing possible lies above it. Example: select at_most(14747.3, ''count'');';

create or replace macro main.in_words(figure, unit, language := 'en') as
case
    when figure is not null then concat(
        case when unit = 'eur' then if(language = 'nl', '€ ', '€') end,
        translate(
            case
                -- noughts behind the point would promise what nobody knows
                when unit in ('share', 'ratio')
                    then rtrim(rtrim(format('{:,.' || (decimals(unit) - 2) || 'f}', 100 * figure::double), '0'), '.')
                else format('{:,.' || decimals(unit) || 'f}', figure::double)
            end,
            ',.',
            case language
                when 'nl' then '.,'
                when 'en' then ',.'
                else error(concat('There is no language ''', language, '''; there are nl and en.'))
            end
        ),
        case when unit in ('share', 'ratio') then '%' end
    )
end;

comment on macro main.in_words is
'A figure that is rounded already, as text, shares and ratios in percent. Example: select in_words(0.707, ''share'', language := ''nl'');';

-- The range stands where half of it is more than a hundredth of the figure. A share is never said to be nothing or all, since 0% and
-- 100% are rounded, too.

create or replace macro main.shown(figure, lower, upper, unit, language := 'en') as
case
    when unit = 'share' and figure = 0 and upper > 0 then '<' || in_words(at_most(upper, unit), unit, language := language)
    when unit = 'share' and figure = 1 and lower < 1 then '>' || in_words(at_least(lower, unit), unit, language := language)
    else in_words(rounded(figure, unit), unit, language := language)
    || case
        when round(upper - lower, 10) <= round(0.02 * abs(figure), 10) then ''
        when upper is null
            then concat(' (', if(language = 'nl', 'ten minste ', 'at least '), in_words(at_least(lower, unit), unit, language := language), ')')
        else concat(
            ' (',
            in_words(at_least(lower, unit), unit, language := language),
            -- a minus behind a dash cannot be read
            case when lower >= 0 then '–' when language = 'nl' then ' tot ' else ' to ' end,
            in_words(at_most(upper, unit), unit, language := language),
            ')'
        )
    end
end;

comment on macro main.shown is
'A figure as text, with its range where half of that is more than a hundredth of it. Example: select shown(9684.5, 9544, 9825, ''count'', language := ''nl'');';
{%- endmacro %}
