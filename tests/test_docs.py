"""The docs site is one self-contained page, and its queries run."""

import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from conftest import ROOT
from ind_warehouse import export

QUERY = re.compile(r"```sql\n(.*?)```", flags=re.DOTALL)


def test_every_mart_shows_a_query_that_runs(published, manifest):
    """A mart's description ends with one query on the mart, and the published file answers it."""
    marts = [node for node in manifest["nodes"].values() if node["resource_type"] == "model" and node["schema"] == "marts"]
    assert marts
    for mart in marts:
        (query,) = QUERY.findall(mart["description"])
        assert f"marts.{mart['name']}" in query
        assert published.cursor().execute(query).fetchall(), mart["name"]


def test_every_query_of_the_overview_runs(published, manifest):
    """Each of the ten queries to start with returns rows."""
    (block,) = QUERY.findall(manifest["docs"]["doc.ind_warehouse.__overview__"]["block_contents"])
    queries = block.strip().splitlines()
    assert len(queries) == 10
    for query in queries:
        assert published.cursor().execute(query).fetchall(), query


def test_no_query_to_copy_sets_a_sum_beside_its_parts(published, manifest):
    """No query of figures returns what is counted in others, and none names the newest year."""
    texts = [manifest["docs"]["doc.ind_warehouse.__overview__"]["block_contents"]]
    texts += [node["description"] for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    queries = [query for text in texts for block in QUERY.findall(text) for query in block.split(";") if query.strip()]
    figures = [query for query in queries if re.search(r"fct_(caseload|metrics)\b|rpt_figures|figures\(", query)]
    sums = published.cursor().execute(
        "select product_code from marts.dim_products where is_derived"
        " union select product_code from marts.rpt_figures group by all having bool_and(counted_elsewhere)"
    )
    sums = {code for (code,) in sums.fetchall()}
    assert len(sums) > 2 and len(figures) > 6
    for query in figures:
        found = published.cursor().execute(query).fetchall()
        assert not sums & {str(cell).split("/")[0].split(".")[0] for row in found for cell in row}, query
    assert not re.search(r"\b20\d\d\b", QUERY.findall(texts[0])[0])


def test_every_node_has_an_owner_and_a_tag(manifest):
    """The docs show who keeps a node and of which kind it is; the overview links to the graph of one kind."""
    nodes = [*manifest["nodes"].values(), *manifest["exposures"].values()]
    shown = [node for node in nodes if node["resource_type"] in ("model", "seed", "analysis", "test", "exposure")]
    assert {node["resource_type"] for node in shown} == {"model", "seed", "analysis", "test", "exposure"}
    assert [node["unique_id"] for node in shown if not node["tags"] or not (node.get("owner") or node.get("group"))] == []
    assert all(("mart" in node["tags"]) == (node["schema"] == "marts") for node in shown if node["resource_type"] == "model")


def test_the_dashboard_reads_what_the_lineage_says(manifest):
    """The exposure of the dashboard depends on the marts that its dataset reads."""
    (dataset,) = (ROOT / "dashboards" / "superset" / "bundle" / "datasets" / "ind_warehouse").glob("*.yaml")
    read = set(re.findall(r"marts\.(\w+)", dataset.read_text("utf-8")))
    nodes = manifest["exposures"]["exposure.ind_warehouse.dashboard"]["depends_on"]["nodes"]
    assert {node.split(".")[-1] for node in nodes} == read


def test_addresses_for_other_programs(manifest):
    """The overview and docs/clients.md name the same addresses, both on their first screen."""
    overview = manifest["docs"]["doc.ind_warehouse.__overview__"]["block_contents"].split("\n## ")[0]
    guide = (ROOT / "docs" / "clients.md").read_text("utf-8").split("\n## ")[0]
    addresses = re.findall(r"`(\S*/data/\S+|duckdb\.read_only)`", overview)
    assert len(addresses) == 4 and all(f"`{address}`" in guide for address in addresses)
    assert len(guide.splitlines()) < 30 and len(overview.split()) < 250


@pytest.fixture(scope="module")
def page() -> str:
    """The page, written from the last build."""
    subprocess.run([sys.executable, "-m", "ind_warehouse", "docs"], cwd=ROOT, check=True, capture_output=True)
    return (ROOT / "site" / "docs" / "index.html").read_text("utf-8")


def test_the_build_is_left_alone(replay, page):
    """Writing the docs keeps the SQL that the build compiled."""
    assert type(replay)(replay.scratch).noticed(replay.seeds) == {}


def test_page_is_self_contained(page):
    """It loads nothing from other sites and does not show the folder it was built in."""
    assert re.findall(r"<(?:script|img|iframe|link)[^>]*\s(?:src|href)=[\"']?(?:https?:)?//[^\"'>]+", page) == []
    assert str(ROOT) not in page
    assert "Ten queries to start with" in page


def test_docs_need_a_build(tmp_path, monkeypatch):
    """Without the working file there is a message and no page."""
    monkeypatch.setattr(export, "WORKING", ROOT / "target" / "not_there.duckdb")
    monkeypatch.setattr(export, "PAGE", tmp_path / "index.html")
    assert CliRunner().invoke(export.docs).output == "Error: target/not_there.duckdb does not exist; run make first.\n"
    assert not (tmp_path / "index.html").exists()
