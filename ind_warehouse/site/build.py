"""Write the site: a page per procedure and subject, in Dutch and English, with the files of each chart beside it."""

import csv
import io
import json
import re
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context

import click
import jinja2
from font_source_sans_pro import font_files_ttf
from markupsafe import Markup
from resvg_py import svg_to_bytes

from ind_warehouse import PUBLISHED, ROOT, opened, version
from ind_warehouse.publish import replacing, tell
from ind_warehouse.site import charts
from ind_warehouse.site.pages import HERE, LANGUAGES, Chart, Page, Reader

SITE = ROOT / "site"
COLUMNS = ("pending", "backlog_change", "applications", "decisions", "timely_share", "late_decisions", "pending_months")


class View:
    """What templates ask for in one language."""

    def __init__(self, reader: Reader, lang: str, style: str):
        """Take what was read, the language, and the looks of charts that stand alone."""
        self.reader, self.lang, self.style = reader, lang, style
        month = reader.newest["published"]
        self.source = f"{self.t('source')}: IND, {reader.newest['title']}"
        self.fresh = self.t("fresh", title=reader.newest["title"], month=self.month(month))

    def t(self, code: str, **values: object) -> str:
        """Give a text, with values filled in."""
        text = self.reader.texts[code][self.lang]
        return text.format(**values) if values else text

    def month(self, published: str | None) -> str:
        """Write when something appeared: a year and, where it is known, a month."""
        year, _, month = (published or "").partition("-")
        return f"{self.t('months').split()[int(month[:2]) - 1]} {year}" if month else year or self.t("none")

    def listed(self, names: list[str]) -> str:
        """Write names as people list them: a, b and c."""
        return f" {self.t('and')} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))

    def usual(self, rows: list[dict]) -> str:
        """Name the margin that most figures have, where nearly all have the same."""
        halves = [row[f"half_{self.lang}"] for row in rows]
        most = max(set(halves), key=lambda half: (halves.count(half), half), default="")
        return f"±{most}" if most and halves.count(most) >= 0.8 * len(halves) and most != "0" else ""

    def statements(self) -> list[str]:
        """Write the statements on top."""
        return [
            self.t(
                one["text_code"], year=one["year"], names=self.listed(one[f"names_{self.lang}"]), others=one["others"],
                **dict.fromkeys(("grew", "share", "first"), one[f"first_{self.lang}"]),
                **dict.fromkeys(("shrank", "part", "pending"), one[f"second_{self.lang}"]),
            )
            for one in self.reader.statements
        ]  # fmt: skip

    def title(self, chart: Chart) -> str:
        """Say what the bounds of a chart carry, else what it is of."""
        return (chart.statement or chart.title)[self.lang]

    def about(self, chart: Chart) -> str:
        """Say what a chart is of, its usual margin, and what its signs mean."""
        rows = [row for row in chart.rows if row["origin"] != "metrics"]
        usual = [self.usual([row for row in rows if row["unit"] == unit]) for unit in dict.fromkeys(row["unit"] for row in rows)]
        if chart.form == "steps":
            # the margins of all others add up in it
            (half,) = (row[f"half_{self.lang}"] for row in chart.rows if row["measure_code"] == "stock_flow_residual")
            usual.append(f"±{half} ({self.t('unexplained')})")
        said = [f"{chart.title[self.lang]}."] * bool(chart.statement) + [chart.about[self.lang]]
        said += [self.t("usual", margins=self.listed(margins))] if (margins := [one for one in usual if one]) else []
        said += [self.t("whisker")] if chart.form == "years" and 'class="w ' in charts.years(chart, self.lang)[0] else []
        said += [self.t("partial_hint")] if chart.partial else []
        said += [self.t("hollow")] if chart.form == "years" and any(row["remark_nl"] for row in chart.rows) else []
        return " ".join(said)

    def alt(self, chart: Chart) -> str:
        """Write a chart as a sentence."""
        lang = self.lang
        if chart.form == "steps":
            names = self.names(chart)
            said = [f"{names[role]} {row[f'shown_{lang}']}" for role, row in charts.ordered(chart)]
        else:
            said = [
                f"{line.name[lang]}: " + ", ".join(f"{row['reference_year']} {row[f'shown_{lang}']}" for row in line.rows)
                for line in chart.lines
            ]
        breaks = [f"{change['year']}: {change['label'][lang]}." for change in chart.breaks]
        return " ".join([f"{chart.title[lang]}. {'; '.join(said)}.", *breaks])

    def names(self, chart: Chart) -> dict[str, str]:
        """Name the steps of a chart."""
        names = {line.code.split(".")[1]: line.name[self.lang] for line in chart.lines}
        names["stock_flow_residual"] = self.t("unexplained")
        year = self.reader.year
        return names | {"before": self.t("step_before", year=year - 1), "after": self.t("step_after", year=year)}

    def drawn(self, chart: Chart, page: Page, alone: bool = False) -> Markup:
        """Draw a chart, for its page or as a file."""
        heads = self.title(chart), f"{page.short[self.lang]}. {self.about(chart)}", f"{self.published(chart.rows)}."
        style = self.style if alone else ""
        return Markup(charts.drawn(chart, self.lang, self.names(chart), heads, self.alt(chart), style))

    def said(self, page: Page, drawn: list[Chart]) -> list[str]:
        """Say what a page says, for those who see no more of it: search engines and share cards."""
        if page.kind == "page":
            return [self.title(chart) for chart in drawn] or [page.title[self.lang]]
        return (page.kind == "overview" and self.statements()) or [self.t(f"{page.kind}_hint")]

    def card(self, page: Page, drawn: list[Chart]) -> str:
        """Draw what is shown where a page is shared."""
        inner = charts.picture(drawn[0], self.lang, self.names(drawn[0])) if drawn else ("", 0)
        source = self.published(drawn[0].rows) if drawn else self.source
        name, said = page.short if drawn else page.title, self.said(page, drawn)
        return charts.card((name[self.lang], said[:1] if drawn else said, source), inner, self.style)

    def publications(self, rows: list[dict]) -> list[str]:
        """Name where figures were printed, the newest first."""
        found = {(row["edition_year"], row["publication"]) for row in rows if row["edition_year"]}
        return [publication for _, publication in sorted(found, reverse=True)]

    def published(self, rows: list[dict]) -> str:
        """Name the source of figures."""
        return f"{self.t('source')}: IND, {'; '.join(dict.fromkeys(self.publications(rows)))}"

    def spark(self, series: str) -> Markup:
        """Draw a series as large as a word."""
        return Markup(charts.spark(list(self.reader.figures[series].values()), self.reader.cuts(series)))

    def bar(self, value: float, most: float) -> Markup:
        """Draw a change as large as a word."""
        return Markup(charts.bar(value, most))


def style_of_charts() -> str:
    """Take what charts look like from the style sheet, in its light colours, for those that stand alone."""
    sheet = (HERE / "style.css").read_text("utf-8")
    light = dict(re.findall(r"--([\w-]+): ([^;]+);", sheet[: sheet.index("@media")]))
    rules = sheet.split("/* charts */")[1].split("/* end */")[0]
    return re.sub(r"\s+", " ", re.sub(r"var\(--([\w-]+)\)", lambda match: light[match[1]], rules)).strip()


def table(columns: list[str], records: list[tuple]) -> str:
    """Write rows as CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([columns, *records])
    return out.getvalue()


def png(svg: str) -> bytes:
    """Make a picture of 1,200 by 630, the size that others show, with a font of its own: the system may have none."""
    fonts = [font_files_ttf[f"SourceSansPro{weight}"] for weight in ("", "Bold")]
    return svg_to_bytes(svg_string=svg, width=1200, skip_system_fonts=True, font_files=fonts, sans_serif_family="Source Sans Pro")


def files(reader: Reader, address: str = "") -> dict[str, str | bytes]:
    """Make all pages and what lies beside them.

    Args:
        reader: What the published file holds.
        address: Where it will be served, for what leaves it; nothing where it is read from the disk.

    Returns:
        What each file holds, by its path.
    """
    loader = jinja2.FileSystemLoader(HERE / "templates")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    address = address.rstrip("/") + "/" if address else ""
    environment.globals |= {"address": address, "version": version(), "reader": reader, "columns": COLUMNS}
    style, made, cards, pages = style_of_charts(), {}, {}, [reader.overview, *reader.pages]
    drawn = {page.code: reader.charts(page) for page in pages}
    # pictures take longer than all else, so they are made beside it
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        for lang in LANGUAGES:
            view, other = View(reader, lang, style), next(one for one in LANGUAGES if one != lang)
            for page in pages:
                here, there = (f"{one}/{page.slug[one]}".rstrip("/") + "/" for one in (lang, other))
                for chart in drawn[page.code]:
                    made[f"{here}{chart.code}.svg"] = view.drawn(chart, page, alone=True)
                    made[f"{here}{chart.code}.csv"] = table(chart.columns, chart.records)
                if address:
                    cards[f"{here}card.png"] = pool.submit(png, view.card(page, drawn[page.code]))
                template = environment.get_template(f"{page.kind}.html.j2")
                values = {"up": "../" * here.count("/"), "here": here, "there": there, "lang": lang, "other": other}
                html = template.render(view=view, t=view.t, page=page, charts=drawn[page.code], **values)
                made[f"{here}index.html"] = re.sub(r"\n\s*\n+", "\n", html)
        made |= {path: card.result() for path, card in cards.items()}
    if address:
        places = [address + path.removesuffix("index.html") for path in made if path.endswith("index.html")]
        listed = "".join(f"<url><loc>{place}</loc></url>\n" for place in places)
        head = '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        made["sitemap.xml"] = f"{head}{listed}</urlset>\n"
    script = f"const STYLE = {json.dumps(style)};\n" + (HERE / "site.js").read_text("utf-8")
    root = environment.get_template("root.html.j2").render()
    return made | {"style.css": (HERE / "style.css").read_text("utf-8"), "site.js": script, "index.html": root}


@click.command()
@click.option("--address", envvar="SITE_ADDRESS", default="", help="Where it will be served, such as https://...")
def site(address: str) -> None:
    """Write the pages of the last build to site/, beside docs and data."""
    with opened(PUBLISHED) as con, ExitStack() as stack:
        # what names the address of an earlier site
        (SITE / "sitemap.xml").unlink(missing_ok=True)
        made = {path: held if isinstance(held, bytes) else held.encode() for path, held in files(Reader(con), address).items()}
        # folder by folder, since others write theirs beside them
        new = {name: stack.enter_context(replacing(SITE / name)) for name in dict.fromkeys(path.split("/")[0] for path in made)}
        for path, held in made.items():
            top, _, rest = path.partition("/")
            place = new[top] / rest if rest else new[top]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(held)
    pages, size = sum(path.endswith(".html") for path in made) - 1, sum(map(len, made.values()))
    tell(f"Wrote {SITE.relative_to(ROOT)}/index.html: {pages} pages ({size / 1e6:.1f} MB)")
