"""Settings of the Superset server; its data are in SUPERSET_HOME."""

import os
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine
from superset.config import TALISMAN_CONFIG

KEPT = Path(os.environ["SUPERSET_HOME"])

SECRET_KEY = (KEPT / "secret_key").read_text("ascii")
SQLALCHEMY_DATABASE_URI = f"sqlite:///{KEPT / 'superset.db'}"
LOG_LEVEL = "WARNING"
# block the tracking pixel that each page loads from another site
TALISMAN_CONFIG["content_security_policy"]["img-src"] = ["'self'", "blob:", "data:"]


@event.listens_for(Engine, "connect")
def prepare_connection(connection, _record) -> None:
    """Disable the file system for DuckDB, and let SQLite read while it writes.

    Without external access, DuckDB could still write its own file, after an ATTACH with READ_WRITE.
    """
    if "duckdb" in type(connection).__module__:
        connection.execute("set disabled_filesystems = 'LocalFileSystem'")
    elif type(connection).__module__.startswith("sqlite3"):
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
