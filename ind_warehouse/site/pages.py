"""What stands on each page, read from the published file."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import duckdb
import yaml

HERE = Path(__file__).parent
LANGUAGES = ("nl", "en")
MOST_CHARTS, MOST_LINES = 4, 4
# where the rows of a chart come from, by what kind of figures it shows
SOURCES = {
    "observations": """
select series_code, reference_year, value, value_lower, value_upper, unit, printed_value, edition_year, address
from marts.fct_observations
where is_current and value is not null and series_code in ({codes})""",
    "metrics": """
select product_code || '.' || metric_code as series_code, reference_year, value, value_lower, value_upper, unit, edition_year
from marts.fct_metrics
where series_code in ({codes})""",
    "sums": """
select
    product_code || '.{measure}' as series_code, reference_year, {measure} as value, {measure}_lower as value_lower,
    {measure}_upper as value_upper, 'count' as unit, {measure}_edition_year as edition_year
from marts.fct_caseload
where series_code in ({codes}) and {measure} is not null""",
}
STEPS = " and (reference_year = {year} or reference_year = {year} - 1 and series_code like '%.pending')"


@dataclass
class Line:
    """A series of a chart: its names, its unit, its rows by year."""

    code: str
    name: dict
    unit: str
    cut: set[int]
    rows: list[dict] = field(default_factory=list)


@dataclass(eq=False)
class Chart:
    """A picture: the query, the rows that it gives, and what is said of them, by language."""

    code: str
    form: str
    sql: str
    columns: list[str]
    records: list[tuple]
    lines: list[Line]
    breaks: list[dict]
    partial: set[int]
    title: dict
    about: dict
    statement: dict | None

    @property
    def rows(self) -> list[dict]:
        """The figures that it draws."""
        return [row for line in self.lines for row in line.rows]


@dataclass
class Page:
    """A page: its address and names by language, and the products that it is about."""

    code: str
    kind: str
    group: str
    slug: dict
    title: dict
    short: dict
    words: str
    products: list[str]
    also: list[str]

    @property
    def parts(self) -> list[str]:
        """All products whose figures stand on it."""
        return self.products + self.also


class Reader:
    """Reads the published file, once for both languages."""

    def __init__(self, con: duckdb.DuckDBPyConnection):
        """Read what several pages need."""
        self.con = con
        self.charts_of, self.pages_of, texts = (
            yaml.safe_load((HERE / f"{name}.yaml").read_text("utf-8")) for name in ("charts", "pages", "texts")
        )
        self.texts, self.terms = texts["texts"], texts["terms"]
        self.editions = self.read("from marts.dim_editions order by edition_year desc")
        self.newest = next(edition for edition in self.editions if edition["is_newest_whole"])
        self.year = self.newest["edition_year"]
        self.whole = {
            year
            for edition in self.editions
            if not edition["is_partial"]
            for year in range(edition["first_reference_year"], edition["last_reference_year"] + 1)
        }
        self.products = {row["product_code"]: row for row in self.read("from marts.dim_products order by position")}
        self.figures = {}
        for row in self.read((HERE / "figures.sql").read_text("utf-8")):
            self.figures.setdefault(row["series_code"], {})[row["reference_year"]] = row
        self.breaks = self.read("from marts.dim_breaks where is_crossed order by reference_year, series_code")
        self.statements = self.read((HERE / "statements.sql").read_text("utf-8"))
        named = self.read("from marts.dim_measures") + self.read("select *, metric_code as measure_code from marts.dim_metrics")
        self.metrics = {row["measure_code"] for row in named if "metric_code" in row}
        self.printed = {row["measure_code"]: {lang: row[f"name_{lang}"] for lang in LANGUAGES} for row in named}
        self.names = self.printed | self.charts_of["measures"]

    def read(self, sql: str, *values: object) -> list[dict]:
        """Run a query and give its rows by the names of their columns."""
        cursor = self.con.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    @cached_property
    def pages(self) -> list[Page]:
        """All pages but the overview: those that are listed, and one for each product with figures that none of these names."""
        listed, seen = dict(self.pages_of["pages"]), set()
        for code, entry in listed.items():
            seen |= {*entry.get("products", [code]), *entry.get("also", [])}
        for code, product in self.products.items():
            if code not in seen and any(series.startswith(f"{code}.") for series in self.figures):
                group = product["product_group"] if product["product_group"] in self.pages_of["groups"] else "other"
                listed[code] = {"group": group, "slug": dict.fromkeys(LANGUAGES, code.replace("_", "-"))}
        synonyms = {row["code"]: row["synonyms"] for row in self.read("from raw.synonyms")}
        pages = []
        for code, entry in listed.items():
            products = [one for one in entry.get("products", [code]) if one in self.products]
            own = self.products.get(products[0]) if products else None
            title = entry.get("title") or {lang: own[f"name_{lang}"] for lang in LANGUAGES}
            short = entry.get("title") or {lang: own[f"short_name_{lang}"] for lang in LANGUAGES}
            kind = "page" if products else code
            also = [one for one in entry.get("also", []) if one in self.products]
            words = " ".join([entry.get("words", ""), *(synonyms.get(one, "") for one in products)]).strip()
            pages.append(Page(code, kind, entry.get("group", ""), entry["slug"], title, short, words, products, also))
        order = list(self.pages_of["groups"])
        return sorted(pages, key=lambda page: order.index(page.group) if page.group else len(order))

    @property
    def overview(self) -> Page:
        """The page of all procedures."""
        none, texts = dict.fromkeys(LANGUAGES, ""), self.texts
        return Page("overview", "overview", "", none, texts["headline"], texts["overview"], "", [], [])

    @cached_property
    def home(self) -> dict[str, Page]:
        """The page of each product."""
        return {product: page for page in self.pages for product in page.parts}

    def names_of(self, series: str) -> dict[str, str]:
        """Name the measure of a series in a few words: an outcome as it is, and what a court decides as handled."""
        product, measure = series.split(".")
        if measure == "outcome_decisions":
            kinds = self.charts_of["outcomes"]
            return next((name for share, name in kinds.items() if f"{product}.{share}" in self.figures), self.names[measure])
        if self.products[product]["outflow_name_en"] not in ("decisions", None):
            return self.charts_of["handled"].get(measure, self.names[measure])
        return self.names[measure]

    def figure(self, product: str, measure: str) -> dict | None:
        """Give a figure of the newest whole year."""
        return self.figures.get(f"{product}.{measure}", {}).get(self.year)

    def measures(self, product: str) -> list[str]:
        """Name what is known of a product, in the order of tables."""
        order = list(self.charts_of["measures"])
        own = {series.split(".")[1] for series in self.figures if series.startswith(f"{product}.")}
        own -= set(self.charts_of["left_out"])
        return sorted(own, key=lambda code: (order.index(code) if code in order else len(order), code))

    def lines(self, page: Page, codes: list[str]) -> list[Line]:
        """Make the lines of a chart: measures of the page's products."""
        several, found = len(page.products) > 1, []
        for product in page.products:
            for code in codes:
                series = f"{product}.{code}"
                if rows := self.figures.get(series):
                    own, alone = self.products[product], len(codes) == 1
                    name = self.names_of(series)
                    if several:
                        name = {lang: own[f"short_name_{lang}"] + ("" if alone else f": {name[lang]}") for lang in LANGUAGES}
                    found.append(Line(series, name, next(iter(rows.values()))["unit"], self.cuts(series)))
        # those of the only product that has such figures need not name it
        if several and len({line.code.split(".")[0] for line in found}) == 1:
            for line in found:
                line.name = self.names_of(line.code)
        return found[:MOST_LINES]

    def query(self, lines: list[Line], only: str = "") -> str:
        """Write the query that gives the rows of lines."""
        parts, by_origin = [], {}
        for line in lines:
            by_origin.setdefault(next(iter(self.figures[line.code].values()))["origin"], []).append(line.code)
        for origin, codes in by_origin.items():
            for chosen in [[code] for code in codes] if origin == "sums" else [codes]:
                measure, listed = chosen[0].split(".")[1], ", ".join(f"'{code}'" for code in chosen)
                parts.append(SOURCES[origin].strip().format(codes=listed, measure=measure) + only)
        return "\nunion all by name\n".join(parts) + "\norder by series_code, reference_year"

    def charts(self, page: Page) -> list[Chart]:
        """Make the charts of a page, where the file has figures for them."""
        made = (self.chart(code, kind, page) for code, kind in self.charts_of["charts"].items())
        return [chart for chart in made if chart][:MOST_CHARTS]

    def chart(self, code: str, kind: dict, page: Page) -> Chart | None:
        """Make one chart of a page."""
        steps, lines = kind["form"] == "steps", self.lines(page, kind["of"])
        needed, avoided = (
            [f"{product}.{kind[rule]}" in self.figures for product in page.products] if rule in kind else [rule == "needs"]
            for rule in ("needs", "without")
        )
        if (
            not lines
            or not any(needed)
            or any(avoided)
            or (steps and any(self.year not in self.figures[one.code] for one in lines))
        ):
            return None
        sql = self.query(lines, STEPS.format(year=self.year) if steps else "")
        cursor = self.con.execute(sql)
        columns, records = [column[0] for column in cursor.description], cursor.fetchall()
        for line in lines:
            line.rows = [self.figures[code][year] for code, year, *_ in records if code == line.code]
        years = {record[1] for record in records}
        return Chart(
            code, kind["form"], sql, columns, records, lines, [] if steps else self.breaks_of(lines, min(years)),
            years - self.whole, kind["title"], kind["about"], self.statement(kind, lines),
        )  # fmt: skip

    def breaks_of(self, lines: list[Line], since: int) -> list[dict]:
        """List the breaks and exceptional years of series, those of one name in one year once."""
        found = {}
        for one in self.breaks:
            if one["series_code"] in {line.code for line in lines} and one["reference_year"] >= since:
                year, label = one["reference_year"], self.label(one)
                found[year, label["en"]] = {"year": year, "label": label, "ends": one["kind"] != "exceptional_year"}
        return list(found.values())

    def label(self, one: dict) -> dict:
        """Name a break in a few words."""
        return self.charts_of["breaks"].get(one["break_key"]) or self.charts_of["kinds"].get(
            one["kind"], {lang: one["kind"].replace("_", " ") for lang in LANGUAGES}
        )

    def statement(self, kind: dict, lines: list[Line]) -> dict | None:
        """Say what the newest whole year says, of one product, where bounds and breaks carry it."""
        product, *others = {line.code.split(".")[0] for line in lines}
        if others:
            return None
        years = {self.year - 1, self.year}
        # years that cannot be compared, or have a figure that is doubted
        unfit = [line.cut | {row["reference_year"] for row in line.rows if row["remark_nl"]} for line in lines]
        if change := self.figure(product, kind.get("change", "")):
            if change["value_lower"] <= 0 <= change["value_upper"] or unfit[0] & years:
                return None
            text = kind["up" if change["value"] > 0 else "down"]
            return {lang: text[lang].format(year=self.year, value=change[f"size_{lang}"]) for lang in LANGUAGES}
        for line, bad in zip(lines, unfit, strict=True):
            text, rows = kind.get("says", {}).get(line.code.split(".")[1]), {row["reference_year"]: row for row in line.rows}
            compares = text and "{was}" in text["en"]
            if text and self.year in rows and not (compares and (bad & years or self.year - 1 not in rows)):
                now, was = rows[self.year], rows.get(self.year - 1, {})
                said = {}
                for lang in LANGUAGES:
                    # a sentence has words for < and >
                    words = {sign: self.texts[code][lang] + " " for sign, code in {"<": "less_than", ">": "more_than"}.items()}
                    value, before = (row.get(f"shown_{lang}", "").translate(str.maketrans(words)) for row in (now, was))
                    sentence = text[lang].format(year=self.year, value=value, was=before)
                    said[lang] = sentence[0].upper() + sentence[1:]
                return said
        return None

    def newer(self) -> list[tuple[Page, dict, list[dict]]]:
        """List the single figures that are newer than the newest whole edition: page, name and figures of each series."""
        found = []
        for series, rows in self.figures.items():
            late = [row for year, row in rows.items() if year > self.year and row["origin"] == "observations"]
            if late:
                name = {lang: self.series_name(series, lang) for lang in LANGUAGES}
                found.append((self.home[late[0]["product_code"]], name, late))
        return sorted(found, key=lambda one: self.pages.index(one[0]))

    def cuts(self, series: str) -> set[int]:
        """Tell in which years law, definition or registration changed under a series, or under what it is computed from."""
        product, measure = series.split(".")
        beside = [kind["of"] for kind in self.charts_of["charts"].values() if measure in kind["of"] and measure in self.metrics]
        codes = {series, *(f"{product}.{code}" for of in beside for code in of)}
        return {one["reference_year"] for one in self.breaks if one["series_code"] in codes and one["kind"] != "exceptional_year"}

    def notes(self, page: Page, lang: str) -> list[dict]:
        """List what must be known of a page's figures, each thing once: what it is about, the note, and its source."""
        told = {}
        for product in page.parts:
            rows = self.read(f"select about, year, note_{lang} as note from notes(?)", product) + self.read(
                "select coalesce(series_code, product_code) as about, null as year, footnote_number as number,"
                f" note_{lang} as note from marts.dim_footnotes where product_code = ? and edition_year = ?",
                product,
                self.year,
            )
            computed = (row for code in self.measures(product) for row in self.figures[f"{product}.{code}"].values())
            rows += [
                {"about": row["series_code"], "year": row["reference_year"], "note": row[f"remark_{lang}"]}
                for row in computed
                if row["origin"] == "metrics" and row["remark_nl"]
            ]
            for row in rows:
                # not what stands on top of the page, is about years that are not held, or points to a table
                lead = len(page.products) == 1 and row["about"] == page.products[0] and "number" not in row
                later = (row["year"] or 0) > max(self.figures.get(row["about"], {}), default=9999)
                if lead or later or "dim_breaks" in row["note"]:
                    continue
                one = told.setdefault(row["note"], {"about": [], "note": row["note"], "source": None})
                one["about"].append(self.about(row, len(page.parts) > 1, lang))
                one["source"] = self.sources.get(row["note"])
        return [one | {"about": "; ".join(dict.fromkeys(filter(None, one["about"])))} for one in told.values()]

    def about(self, row: dict, several: bool, lang: str) -> str:
        """Say in a few words what a note is about."""
        product, _, measure = row["about"].partition(".")
        parts = [self.products[product][f"short_name_{lang}"]] if several or not measure else []
        if row.get("number"):
            return ", ".join([*parts[:several], self.texts["footnote"][lang].format(n=row["number"])])
        parts += [self.names_of(row["about"])[lang]] if measure else []
        return ", ".join([*parts, *([str(row["year"])] if row["year"] else [])])

    @cached_property
    def sources(self) -> dict[str, str]:
        """The address behind each note about a break or figure, where it has one."""
        rows = self.read("""
            select unnest([note_nl, note_en]) as note, nullif(regexp_extract(source, 'https://[^; ]+'), '') as source
            from marts.dim_breaks
        """)
        return {row["note"]: row["source"] for row in rows}

    @property
    def most_change(self) -> float:
        """The largest change of a stock, by which the bars of all are drawn."""
        rows = (self.figure(product, "backlog_change") for product in self.products)
        return max((abs(row["value"]) for row in rows if row), default=1) or 1

    def years(self, page: Page) -> list[int]:
        """List the years of which a page holds a figure."""
        return sorted({year for series, rows in self.figures.items() if series.split(".")[0] in page.parts for year in rows})

    def nationalities(self, page: Page) -> list[dict]:
        """List the nationalities that are named first, of the newest year of each product and what they are ranked by."""
        return self.read(
            """
            select
                product_code, ranked_by, reference_year,
                list(name_nl order by rank) as names_nl, list(name_en order by rank) as names_en
            from marts.fct_top_nationalities
            where list_contains(?, product_code)
            group by product_code, ranked_by, reference_year
            qualify row_number() over (partition by product_code, ranked_by order by reference_year desc) = 1
            order by all
            """,
            page.parts,
        )

    def series_name(self, series: str, lang: str) -> str:
        """Name a series in a few words."""
        product, _, measure = series.partition(".")
        own = self.products[product][f"short_name_{lang}"]
        # the only thing that is known of a product need not be named
        return own if len(self.measures(product)) == 1 or not measure else f"{own}, {self.names_of(series)[lang]}"

    @cached_property
    def publications(self) -> list[dict]:
        """List the publications, the newest first, with the years and the number of figures taken from each."""
        return self.read("""
            select
                publications.publication, publications.address, number_format as lang, published,
                min(reference_year) as first_year, max(reference_year) as last_year, count(*) as figures
            from raw.publications as publications
            inner join marts.fct_observations as observations using (publication_code)
            group by all
            order by max(observations.edition_year) desc, published desc, figures desc, publications.publication
        """)

    @cached_property
    def checks(self) -> list[dict]:
        """Read the checks, with their margins as text."""
        names = "residual", "expected", "found"
        written = ", ".join(
            f"translate(in_words({name}, unit, language := '{lang}'), '-', '\u2212') as {name}_{lang}"
            for lang in LANGUAGES
            for name in (*names, "tolerance")
        )
        rows = self.read(f"""
            with checks as (
                select * replace (
                    rounded(residual, unit) as residual, rounded(expected, unit) as expected, rounded(found, unit) as found,
                    at_most(tolerance, unit) as tolerance
                ) from marts.fct_reconciliation
            )
            select checks.*, {written}
            from checks
            -- one on several products has no product of its own
            inner join marts.dim_products as products on split_part(figure_code, '.', 1) = products.product_code
            order by must_hold desc, check_code, position, reference_year desc, check_key
        """)
        for row in rows:
            for lang in LANGUAGES:
                row[f"what_{lang}"] = self.series_name(row["figure_code"], lang)
        return rows

    @cached_property
    def revisions(self) -> list[dict]:
        """Read what several editions print, with the figures as text."""
        written = ", ".join(
            f"in_words(value_{end}, unit, language := '{lang}') as {end}_{lang}" for lang in LANGUAGES for end in ("from", "to")
        )
        return self.read(f"""
            select *, series_code like '%.pending' as is_stock, {written}
            from marts.fct_revisions
            order by beyond_rounding desc, series_code, reference_year
        """)

    @cached_property
    def remarks(self) -> list[dict]:
        """Read what is known of single figures, as the newest edition prints them."""
        return self.read("""
            from marts.dim_remarks
            qualify edition_year = max(edition_year) over (partition by series_code, reference_year)
            order by series_code, reference_year, edition_year
        """)

    @cached_property
    def break_notes(self) -> list[dict]:
        """Read the breaks, each thing once."""
        rows = self.read("""
            select
                reference_year, note_nl, note_en, list(series_code order by series_code) as series,
                nullif(regexp_extract(any_value(source), 'https://[^; ]+'), '') as address
            from marts.dim_breaks
            group by reference_year, note_nl, note_en
            order by reference_year, min(series_code)
        """)
        for row in rows:
            for lang in LANGUAGES:
                row[f"about_{lang}"] = "; ".join(dict.fromkeys(self.series_name(series, lang) for series in row["series"]))
        return rows
