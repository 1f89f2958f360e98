"""The leanest SQL that we could write for the same two tables: `python benchmarks/scale_lean.py <folder>`.

Each text is parsed once, in its printed row. One aggregation picks the newest figures and the newest pair of stocks. Restatements are
searched only where editions differ.
"""

import json
import re
import sys
from pathlib import Path

from scale import AGES, COUNTS, ENDS, FIGURES, HALF_WIDTHS, METRICS, NOTES, WORDS, dated, open_warehouse, peak_memory

LANGUAGES = ("nl", "en")


def joined(template: str, names: list[str], by: str = ", ") -> str:
    """Repeat a piece of SQL for each name."""
    return by.join(template.replace("@", name) for name in names)


def metric(code: str) -> str:
    """Return the SQL of a metric and its bounds, as the project's macro does."""
    formula, rises_with, falls_with = (METRICS[code][key] for key in ("formula", "rises_with", "falls_with"))
    bounds = []
    for mine, theirs in (("_lower", "_upper"), ("_upper", "_lower")):
        bounds.append(formula)
        for name in rises_with + falls_with:
            bounds[-1] = re.sub(rf"\b{name}\b", name + (mine if name in rises_with else theirs), bounds[-1])
    stock = "compared_pending" if "pending_previous" in falls_with else "pending"
    value, lower, upper = (re.sub(r"\bpending", stock, text) for text in (formula, *bounds))
    return f"""round({value}, 10) as {code}, case when ({value}) is not null then round({lower}, 10) end as {code}_lower,
        case when ({value}) is not null then round({upper}, 10) end as {code}_upper"""


def long(code: str) -> str:
    """Return the SQL of a metric's rows in the long table."""
    newest, oldest, note = dated(code)
    notes = joined(f"{note}_@ as note_@" if note else "null::varchar as note_@", LANGUAGES)
    return f"""
        select caseload_key || '/{code}' as metric_key, product_code, reference_year, '{code}' as metric_code, {code} as value,
            {code}_lower as value_lower, {code}_upper as value_upper, '{METRICS[code]["unit"]}' as unit, is_derived,
            greatest({", ".join(newest)}) as edition_year, least({", ".join(oldest)}) as from_edition_year, {notes}
        from marts.fct_caseload where {code} is not null"""


def note_on_comparison(language: str) -> str:
    """Return the SQL of the note on a pair that is not current, or not from one edition."""
    words = WORDS[language]
    earlier = f"format('{words['restated']}', reference_year - 1, previous_edition, previous_printed)"
    later = f"format('{words['restated']}', reference_year, pending_edition_year, printed)"
    return f"""
        case
            when not is_compared then null
            when pair_edition is null
                then format('{words["apart"]}', reference_year - 1, previous_edition, reference_year, pending_edition_year)
            when pair != pending or pair_before != previous
                then concat_ws('; ', case when pair_before != previous then {earlier} end, case when pair != pending then {later} end)
                    || format('{words["of"]}', pair_edition)
        end as comparison_note_{language}"""


def note_on_residual(language: str) -> str:
    """Return the SQL of the note on a residual whose flows were restated after its stocks."""
    return f"""
        nullif(concat_ws(' ', comparison_note_{language}, case
            when restated_in > comparison_edition_year and applications is not null and decisions is not null
                then format('{WORDS[language]["flows"]}', reference_year, restated_in, comparison_edition_year)
        end), '') as residual_note_{language}"""


PARSED = """
    case
        when unit = 'share' then case when regexp_full_match(@, '(0|[1-9][0-9]?|100)%') then replace(@, '%', '')::double / 100 end
        when number_format = 'en' then case when regexp_full_match(@, '0|[1-9][0-9]{0,2}(,[0-9]{3})*') then replace(@, ',', '')::double end
        when regexp_full_match(@, '0|[1-9][0-9]{0,2}([.][0-9]{3})*') then replace(@, '.', '')::double
    end as @_value,
    coalesce(@_remarked, if(unit = 'count' and @_value % 10 != 0, 0, half_width)) as @_half,
    case when @_value is not null then greatest(if(unit = 'share', round(@_value - @_half, 10), @_value - @_half), 0) end as @_lower,
    case when @_value is not null then if(unit = 'share', least(round(@_value + @_half, 10), 1), @_value + @_half) end as @_upper"""
MEANINGS = f"""
create temp table meanings as
select series_code, split_part(series_code, '.', 1) as product_code, role, unit, outcome_kind,
    case unit {" ".join(f"when '{unit}' then {half_width}" for unit, half_width in HALF_WIDTHS.items())} end as half_width
from raw.series inner join raw.measures on split_part(series_code, '.', 2) = measure_code
"""
PARSED_ROWS = f"""
create temp table parsed_rows as
select product_code, role, edition_year, {", ".join(AGES)}, {joined(PARSED, AGES)}
from raw.printed_rows
inner join meanings using (series_code)
inner join raw.publications using (publication_code)
left join (
    select publication_code, series_code,
        {", ".join(f"max(half_width) filter (where edition_year - reference_year = {age}) as {name}_remarked" for name, age in AGES.items())}
    from raw.remarks inner join raw.publications using (publication_code)
    group by all
) using (publication_code, series_code)
"""


def cells(column: str, age: int, before: str | None) -> str:
    """Return the SQL of one column of the printed rows as cells, each with that of the previous year."""
    pair = f"{before} is not null as is_pair, {before}_value" if before else "false as is_pair, null"
    bounds = ", ".join(f"{f'{before}{end}' if before else 'null'} as before{end}" for end in ENDS[1:])
    return f"""
        select product_code, role, edition_year, (edition_year - {age})::integer as reference_year, {column} as printed,
            {column}_value as value, {column}_lower as value_lower, {column}_upper as value_upper, {pair} as before, {bounds}
        from parsed_rows where {column} is not null"""


CELLS = "create temp view cells as " + " union all ".join(map(cells, AGES, AGES.values(), [*AGES, None][1:]))
NEWEST = ", ".join(
    f"arg_max_null(value{end}, edition_year) filter (where role = '{role}') as {name}{end}"
    for role, name in FIGURES.items()
    for end in ENDS
)
PAIRS = ", ".join(
    f"arg_max_null({side}{end}, edition_year) filter (where role = 'stock' and is_pair) as {name}{end}"
    for side, name in (("value", "pair"), ("before", "pair_before"))
    for end in ENDS
)
FIGURES_OF_YEARS = f"""
create temp table figures as
select product_code, reference_year, {NEWEST}, {PAIRS}, max(edition_year) filter (where role = 'stock' and is_pair) as pair_edition,
    {", ".join(f"max(edition_year) filter (where role = '{role}') as {name}_printed_in" for role, name in FIGURES.items())},
    arg_max_null(printed, edition_year) filter (where role = 'stock') as printed
from cells
group by all
"""
REVISIONS = """
create temp table revisions as
select product_code, role, reference_year, max(edition_year) as to_edition
from (
    select *, lag(edition_year) over editions as edition_from, lag(value) over editions as value_from,
        lag(value_upper - value) over editions as half_from
    from cells
    semi join (
        select product_code, role, reference_year from cells inner join figures using (product_code, reference_year)
        where value is distinct from case role when 'inflow' then applications when 'outflow' then decisions else pending end
            and role in ('inflow', 'outflow', 'stock')
    ) using (product_code, role, reference_year)
    window editions as (partition by product_code, role, reference_year order by edition_year)
)
where edition_from is not null and value_from is distinct from value
    and coalesce(half_from = value_upper - value or abs(value_from - value) > half_from + value_upper - value, true)
group by all
"""
PRINTED = f"""
create temp table printed as
with dated as (
    select *, {joined("case when @ is not null then @_printed_in end as @_edition_year", list(FIGURES.values()))}
    from figures
),
beside as (
    select dated.*, flows.to_edition as restated_in, previous.pending_edition_year as previous_edition, previous.printed as previous_printed,
        {joined("previous.pending@ as previous@", ENDS)},
        dated.pending is not null and previous.pending is not null and if(
            dated.pair_edition is null,
            coalesce(stocks.to_edition <= least(dated.pending_edition_year, previous.pending_edition_year), true),
            dated.pair is not null and dated.pair_before is not null
        ) as is_compared
    from dated
    left join dated as previous on dated.product_code = previous.product_code and dated.reference_year = previous.reference_year + 1
    left join (select product_code, max(to_edition) as to_edition from revisions where role = 'stock' group by all) as stocks
        on dated.product_code = stocks.product_code
    left join (select product_code, reference_year, max(to_edition) as to_edition from revisions where role != 'stock' group by all) as flows
        on dated.product_code = flows.product_code and dated.reference_year = flows.reference_year
)
select *, {joined("@_edition_year as @_from_edition_year", COUNTS)},
    {joined("case when is_compared then if(pair_edition is null, pending@, pair@) end as compared_pending@", ENDS)},
    {joined("case when is_compared then if(pair_edition is null, previous@, pair_before@) end as compared_pending_previous@", ENDS)},
    case when is_compared then coalesce(pair_edition, greatest(pending_edition_year, previous_edition)) end as comparison_edition_year,
    case when is_compared then coalesce(pair_edition, least(pending_edition_year, previous_edition)) end as comparison_from_edition_year,
    {", ".join(map(note_on_comparison, LANGUAGES))}
from beside
"""
STOCKS = ["compared_pending", "compared_pending_previous"]
ALL_COMPARED = """count(compared_pending) = 3 and (count(comparison_note_en) = 0
    or count(distinct row(comparison_edition_year, comparison_from_edition_year)) = 1)"""
SUMS = ", ".join(
    [f"case when count({name}) = 3 then sum({name}{end}) end as {name}{end}" for name in COUNTS for end in ENDS]
    + [f"case when {ALL_COMPARED} then sum({name}{end}) end as {name}{end}" for name in STOCKS for end in ENDS]
    + [
        f"case when {condition.replace('@', name)} then {function}({name}{end}) end as {name}{end}"
        for name, condition in {**dict.fromkeys(COUNTS, "count(@) = 3"), "comparison": ALL_COMPARED}.items()
        for function, end in (("max", "_edition_year"), ("min", "_from_edition_year"))
    ]
    + [
        f"case when {ALL_COMPARED} then string_agg(short_name_{language} || ': ' || comparison_note_{language}, ' ' order by product_code) end"
        f" as comparison_note_{language}"
        for language in LANGUAGES
    ]
)
CASELOAD = f"""
create temp table caseload as
from printed
union all by name
select part_of as product_code, reference_year, {SUMS}, max(restated_in) as restated_in
from raw.products inner join printed using (product_code)
where part_of is not null
group by part_of, reference_year
having 3 in (count(applications), count(decisions), count(pending))
"""
RESULT = f"""
create table marts.fct_caseload as
select
    product_code || '/' || reference_year as caseload_key, product_code, reference_year, make_date(reference_year, 12, 31) as period_end,
    name_nl, name_en, product_group, decided_by, series.product_code is null as is_derived,
    {joined("@::integer as @", COUNTS)}, outcome_kind, {joined("outcome_share@", ENDS)}, {joined("timely_share@", ENDS)},
    {", ".join(map(metric, METRICS))},
    note_nl, note_en, {joined("null::varchar as @", NOTES)}, {joined("@_edition_year, @_from_edition_year", [*COUNTS, "comparison"])},
    outcome_share_edition_year, timely_share_edition_year, {joined("comparison_note_@", LANGUAGES)},
    {", ".join(map(note_on_residual, LANGUAGES))}, {joined("@_lower::integer as @_lower, @_upper::integer as @_upper", COUNTS)}
from caseload
inner join raw.products using (product_code)
left join (select product_code, max(outcome_kind) as outcome_kind from meanings group by all) as series using (product_code)
order by position, reference_year
"""


if __name__ == "__main__":
    with open_warehouse(Path(sys.argv[1]), "lean") as con:
        for sql in (MEANINGS, PARSED_ROWS, CELLS, FIGURES_OF_YEARS, REVISIONS, PRINTED, CASELOAD, RESULT):
            con.execute(sql)
        con.execute(f"create table marts.fct_metrics as {' union all '.join(map(long, METRICS))}")
    print(json.dumps({"peak_mb": peak_memory()}))
