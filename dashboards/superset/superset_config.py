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
# pages ask nobody but this server: without this, each one asks for a picture that counts visits
TALISMAN_CONFIG["content_security_policy"]["img-src"] = ["'self'", "blob:", "data:"]


@event.listens_for(Engine, "connect")
def keep_quickly(connection, _record) -> None:
    """Let the server read its own SQLite file while it writes there."""
    if type(connection).__module__.startswith("sqlite3"):
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
