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
