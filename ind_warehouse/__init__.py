"""What dbt cannot do for the IND warehouse: check its input, publish what passed, answer questions, write the docs site."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PUBLISHED = ROOT / "ind_warehouse.duckdb"


def version() -> str:
    """Read the project's version."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
