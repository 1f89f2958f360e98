"""Settings of the BI server; what it keeps lies in the folder that SUPERSET_HOME names."""

import os
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine
from superset.config import TALISMAN_CONFIG

KEPT = Path(os.environ["SUPERSET_HOME"])

SECRET_KEY = (KEPT / "secret_key").read_text("ascii")
SQLALCHEMY_DATABASE_URI = f"sqlite:///{KEPT / 'superset.db'}"
LOG_LEVEL = "WARNING"
# without this, each page asks for a picture elsewhere that counts visits
TALISMAN_CONFIG["content_security_policy"]["img-src"] = ["'self'", "blob:", "data:"]


@event.listens_for(Engine, "connect")
def prepare_connection(connection, _record) -> None:
    """Shut the warehouse's connection off from all files, and let the server read its own SQLite file while it writes there.

    DuckDB leaves its own file within reach even without external access: an ATTACH that says READ_WRITE would write it.
    """
    if "duckdb" in type(connection).__module__:
        connection.execute("set disabled_filesystems = 'LocalFileSystem'")
    elif type(connection).__module__.startswith("sqlite3"):
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
