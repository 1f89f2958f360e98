{#- DuckDB macros that format figures. They are created before the models, which use them, and published with the file.
    They use no if(), which DuckDB 1.1 does not know in a macro. -#}
{% macro create_formatters() -%}
create or replace macro main.decimals(unit) as
case
    when unit in ('count', 'fte', 'eur') then 0
    when unit in ('days', 'months') then 1
    when unit = 'index' then 2
    when unit = 'share' then 3
    when unit = 'ratio' then 4
    else error(concat('There is no unit ''', unit, '''; use count, fte, eur, days, months, index, share or ratio.'))
end;

comment on macro main.decimals is
'Number of decimals shown for a unit. Example: select decimals(''share'');';

-- Figures are first rounded to ten decimals, so that floating point cannot turn 0.995 into 0.994. Adding zero turns -0 into 0.

create or replace macro main.rounded(figure, unit) as
round(round(figure * 10 ^ decimals(unit), 10 - decimals(unit))) / 10 ^ decimals(unit) + 0;

comment on macro main.rounded is
'A figure rounded for display in its unit, halves away from zero. Example: select rounded(14644.6, ''count'');';

create or replace macro main.at_least(bound, unit) as
floor(round(bound * 10 ^ decimals(unit), 10 - decimals(unit))) / 10 ^ decimals(unit) + 0;

comment on macro main.at_least is
'A lower bound rounded down for display in its unit, so that no possible value lies below it. Example: select at_least(14542.7, ''count'');';

create or replace macro main.at_most(bound, unit) as
ceil(round(bound * 10 ^ decimals(unit), 10 - decimals(unit))) / 10 ^ decimals(unit) + 0;

comment on macro main.at_most is
'An upper bound rounded up for display in its unit, so that no possible value lies above it. Example: select at_most(14747.3, ''count'');';

create or replace macro main.in_words(figure, unit, language := 'en') as
case
    when figure is not null then concat(
        case when unit = 'eur' and language = 'nl' then '€ ' when unit = 'eur' then '€' end,
        translate(
            case
                -- trailing zeros would claim precision that is not there
                when unit in ('share', 'ratio')
                    then rtrim(rtrim(format('{:,.' || (decimals(unit) - 2) || 'f}', 100 * figure::double), '0'), '.')
                else format('{:,.' || decimals(unit) || 'f}', figure::double)
            end,
            ',.',
            case language
                when 'nl' then '.,'
                when 'en' then ',.'
                else error(concat('There is no language ''', language, '''; use nl or en.'))
            end
        ),
        case when unit in ('share', 'ratio') then '%' end
    )
end;

comment on macro main.in_words is
'An already rounded figure as text, shares and ratios as percentages. Example: select in_words(0.707, ''share'', language := ''nl'');';

-- The range is shown where half of it exceeds 1% of the figure. A share is never shown as 0% or 100%, since those are rounded too.

create or replace macro main.shown(figure, lower, upper, unit, language := 'en') as
case
    when unit = 'share' and figure = 0 and upper > 0 then '<' || in_words(at_most(upper, unit), unit, language := language)
    when unit = 'share' and figure = 1 and lower < 1 then '>' || in_words(at_least(lower, unit), unit, language := language)
    else in_words(rounded(figure, unit), unit, language := language)
    || case
        when round(upper - lower, 10) <= round(0.02 * abs(figure), 10) then ''
        when upper is null
            then concat(' (', case language when 'nl' then 'ten minste ' else 'at least ' end, in_words(at_least(lower, unit), unit, language := language), ')')
        else concat(
            ' (',
            in_words(at_least(lower, unit), unit, language := language),
            -- a minus sign after a dash is hard to read
            case when lower >= 0 then '–' when language = 'nl' then ' tot ' else ' to ' end,
            in_words(at_most(upper, unit), unit, language := language),
            ')'
        )
    end
end;

comment on macro main.shown is
'A figure as text, with its range where half of that exceeds 1% of the figure. Example: select shown(9684.5, 9544, 9825, ''count'', language := ''nl'');';
{%- endmacro %}
