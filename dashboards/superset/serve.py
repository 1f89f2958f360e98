"""Start and stop Apache Superset on the published file, read-only, with the dashboard in bundle/."""

import fcntl
import hashlib
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from importlib.metadata import version
from pathlib import Path
from uuid import UUID

import click
import duckdb

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUNDLE = HERE / "bundle"
USER, OWNER = "ind", "bundle"
WAIT = 120
# the only variables that the server inherits; others may be meant for another Superset or gunicorn
INHERITED = ("LD_LIBRARY_PATH", "PATH", "TMPDIR")


@click.group()
@click.option(
    "--home",
    type=click.Path(file_okay=False, writable=True, resolve_path=True, path_type=Path),
    default=ROOT / ".superset" / "home",
    help="Folder for the server's database, keys and log.",
)
@click.pass_context
def cli(context: click.Context, home: Path) -> None:
    """Serve the published file in Apache Superset."""
    context.obj = home


@cli.command()
@click.option("--port", default="8088", show_default=True, envvar="PORT", help="Port on this machine.")
@click.option(
    "--file",
    type=click.Path(resolve_path=True, path_type=Path),
    default=ROOT / "ind_warehouse.duckdb",
    help="The published file.",
)
@click.pass_obj
def start(home: Path, port: str, file: Path) -> None:
    """Start the server in the background and print its address and login."""
    if port not in map(str, range(1, 65536)):
        raise click.ClickException(f"{port} is not a port; choose a number from 1 to 65535: make superset PORT=8090.")
    check(home, file)
    if pid := running(home):
        raise click.ClickException(f"The server is already running, as process {pid}; to stop it, run make superset-stop.")
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", int(port)))
        except OSError as error:
            raise click.ClickException(
                f"Port {port} cannot be used ({error.strerror}); choose another: make superset PORT=8090."
            ) from None
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    surroundings = {name: os.environ[name] for name in INHERITED if name in os.environ}
    surroundings |= {"HOME": str(home), "SUPERSET_HOME": str(home), "SUPERSET_CONFIG_PATH": str(HERE / "superset_config.py")}
    kept(home / "secret_key", 42)
    password = kept(home / "password", 12)
    log_file = home / "server.log"
    click.echo("Preparing the server; this takes up to a minute ...", err=True)
    # each worker handles one request at a time and is killed after a minute: DuckDB has no timeout
    gunicorn = f"gunicorn --bind=127.0.0.1:{port} --preload --workers=4 --timeout=60 --graceful-timeout=5 --no-control-socket"
    with log_file.open("ab") as log, (home / "pid").open("a") as pid:
        try:
            fcntl.flock(pid, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.ClickException("The server is already starting.") from None
        pid.truncate(0)
        prepared = [sys.executable, "-I", __file__, "--home", home, "prepare", "--file", file]
        if subprocess.run(prepared, env=surroundings, stdout=log, stderr=log).returncode:
            raise click.ClickException(f"The server could not be prepared; see the end of {log_file}.")
        server = subprocess.Popen(
            [sys.executable, "-I", "-m", *gunicorn.split(), "superset.app:create_app()"],
            cwd=home,
            env=surroundings,
            stdout=log,
            stderr=log,
            pass_fds=[pid.fileno()],
            start_new_session=True,
        )
        pid.write(str(server.pid))
    begun = time.monotonic()
    while not healthy(port):
        if server.poll() is not None or time.monotonic() - begun > WAIT:
            end(home)
            raise click.ClickException(f"The server did not start; see the end of {log_file}.")
        time.sleep(0.5)
    click.echo(f"http://127.0.0.1:{port}/superset/dashboard/ind/\nuser {USER}, password {password}\nTo stop: make superset-stop")


@cli.command()
@click.pass_obj
def stop(home: Path) -> None:
    """Stop the server."""
    click.echo("Stopped." if end(home) else "The server is not running.")


def check(home: Path, file: Path) -> None:
    """Check that the server can open the published file, before the slow preparation.

    Raises:
        ClickException: A path contains ? or %, or the file cannot be read; the message says what to do.
    """
    for path in (HERE, home, file):
        # SQLAlchemy addresses put options after a question mark, and Alembic interpolates percent signs
        if {"?", "%"} & set(str(path)):
            raise click.ClickException(f"Superset cannot read a path with ? or %; rename the file or folder: {path}")
    if not file.exists():
        raise click.ClickException(f"{file} does not exist; run make to build it.")
    try:
        with duckdb.connect(file, read_only=True) as con:
            con.execute("from marts.rpt_figures limit 0")
    except duckdb.Error as error:
        locked = isinstance(error, duckdb.IOException) and "set lock" in str(error)
        remedy = "close the program that has it open for writing" if locked else "run make to rebuild it"
        raise click.ClickException(f"{file} cannot be read; {remedy}. {str(error).splitlines()[0]}") from None


def kept(path: Path, length: int) -> str:
    """Read a secret from a file, or create one from random bytes that only this user can read."""
    if not path.exists() or not path.stat().st_size:
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(length), "ascii")
    return path.read_text("ascii")


def running(home: Path) -> int | None:
    """Return the process id of the server, or None; while it runs, it holds a lock on the pid file.

    Raises:
        ClickException: A server is running, but the pid file is empty or damaged.
    """
    with suppress(FileNotFoundError), (home / "pid").open("rb") as kept_by_server:
        try:
            fcntl.flock(kept_by_server, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            number = kept_by_server.read()
            if number.isdigit() and int(number) > 1:
                return int(number)
            raise click.ClickException(
                f"The server is starting; if not, its process id is lost: end the processes that have {home / 'pid'} open."
            ) from None
    return None


def end(home: Path) -> bool:
    """Stop the server and its workers, wait for them, and return whether one was running."""
    pid = running(home)
    if pid:
        os.killpg(pid, signal.SIGTERM)
        while running(home):
            time.sleep(0.1)
    return bool(pid)


def healthy(port: str) -> bool:
    """Ask the server whether it is ready."""
    # urllib would use a proxy if one is set
    with suppress(OSError, HTTPException), closing(HTTPConnection("127.0.0.1", port, timeout=5)) as server:
        server.request("GET", "/health")
        return server.getresponse().read() == b"OK"
    return False


@cli.command(hidden=True)
@click.option("--file", type=click.Path(path_type=Path), required=True)
@click.pass_obj
def prepare(home: Path, file: Path) -> None:
    """Update the server's tables, its user and the dashboard, and point the connection at the published file.

    A new bundle replaces only its own charts; what users saved is kept.
    """
    # imported here because only this command has the settings
    import yaml
    from superset.app import create_app

    contents = {str(path.relative_to(BUNDLE)): path.read_text("utf-8") for path in sorted(BUNDLE.rglob("*.yaml"))}
    connection = yaml.safe_load(contents["databases/ind_warehouse.yaml"])
    with duckdb.connect(file, read_only=True) as con:
        (newest,) = con.execute("select edition_year from marts.dim_editions where is_newest_whole").fetchone()
    contents["dashboards/ind_warehouse.yaml"] = contents["dashboards/ind_warehouse.yaml"].replace("newest_year", str(newest))
    new = hashlib.sha256("\n".join([version("apache-superset"), *contents.values()]).encode()).hexdigest()
    imported = home / "imported"
    with create_app().app_context():
        from flask_migrate import upgrade
        from superset import appbuilder, db, security_manager
        from superset.commands.importers.v1.assets import ImportAssetsCommand
        from superset.models.core import Database
        from superset.utils.core import override_user

        if not imported.exists() or not (home / "superset.db").exists() or imported.read_text() != new:
            upgrade()
            appbuilder.add_permissions(update_perms=True)
            security_manager.sync_role_definitions()
            # the owner never logs in, so that nobody changes the bundle here
            owner = account(security_manager, OWNER, ["Admin"], secrets.token_urlsafe())
            with override_user(owner):
                ImportAssetsCommand(contents).run()
            db.session.commit()
            imported.write_text(new)
        # may read everything, save charts and dashboards, and use SQL Lab, but not change the connection
        password = kept(home / "password", 12)
        user = account(security_manager, USER, ["Alpha", "sql_lab"], password)
        security_manager.reset_password(user.id, password)
        # an import does not change the address of an existing connection
        database = db.session.query(Database).filter_by(uuid=UUID(connection["uuid"])).one()
        database.set_sqlalchemy_uri(f"duckdb:///{file}?{connection['sqlalchemy_uri'].partition('?')[2]}")
        bundled = {yaml.safe_load(text)["uuid"] for name, text in contents.items() if name.startswith("datasets/")}
        describe([dataset for dataset in database.tables if str(dataset.uuid) in bundled], file)
        db.session.commit()


def account(security_manager, name: str, roles: list[str], password: str):
    """Find a user of the server, or add one with these roles and this password."""
    user = security_manager.find_user(name)
    found = [security_manager.find_role(role) for role in roles]
    return user or security_manager.add_user(name, "IND", "warehouse", f"{name}@localhost", found, password)


def describe(datasets: list, file: Path) -> None:
    """Copy the comments of the warehouse to the bundle's datasets and their columns."""
    with duckdb.connect(file, read_only=True) as con:
        tables = dict(con.execute("select table_name, comment from duckdb_tables() where schema_name = 'marts'").fetchall())
        columns = con.execute(
            "select table_name, column_name, comment from duckdb_columns() where schema_name = 'marts'"
        ).fetchall()
    for dataset in datasets:
        dataset.fetch_metadata()
        sources = re.findall(r"marts\.(\w+)", dataset.sql)
        notes = {column: note for source in reversed(sources) for table, column, note in columns if table == source}
        dataset.description = tables[sources[0]]
        for column in dataset.columns:
            column.description = column.description or notes.get(column.column_name)


if __name__ == "__main__":
    cli()
