"""What dbt cannot do for the IND warehouse: check its input, publish what passed, answer questions, write the docs site."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PUBLISHED = ROOT / "ind_warehouse.duckdb"
