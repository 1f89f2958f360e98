"""Start and stop a BI server (Apache Superset) over the published file, read-only, with the dashboard of bundle/."""

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
# all that the server takes from the environment of who starts it; what is meant for another Superset or gunicorn would change it
INHERITED = ("LD_LIBRARY_PATH", "PATH", "TMPDIR")


@click.group()
@click.option(
    "--home",
    type=click.Path(file_okay=False, writable=True, resolve_path=True, path_type=Path),
    default=ROOT / ".superset" / "home",
    help="Where the server keeps what it knows.",
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
    """Start the server in the background, and print its address and login."""
    if port not in map(str, range(1, 65536)):
        raise click.ClickException(f"{port} is no port; choose a number from 1 to 65535: make superset PORT=8090.")
    check(home, file)
    if pid := running(home):
        raise click.ClickException(f"It runs already, as process {pid}; make superset-stop stops it.")
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
    click.echo("Preparing the server, up to a minute ...", err=True)
    # each process answers one request at a time and is ended where that takes longer than a minute: DuckDB itself never gives up
    gunicorn = f"gunicorn --bind=127.0.0.1:{port} --preload --workers=4 --timeout=60 --graceful-timeout=5 --no-control-socket"
    with log_file.open("ab") as log, (home / "pid").open("a") as pid:
        try:
            fcntl.flock(pid, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.ClickException("It is being started already.") from None
        pid.truncate(0)
        prepared = [sys.executable, "-I", __file__, "--home", home, "prepare", "--file", file]
        if subprocess.run(prepared, env=surroundings, stdout=log, stderr=log).returncode:
            raise click.ClickException(f"The server could not be prepared; the end of {log_file} says why.")
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
            raise click.ClickException(f"The server did not start; the end of {log_file} says why.")
        time.sleep(0.5)
    click.echo(f"http://127.0.0.1:{port}/superset/dashboard/ind/\nuser {USER}, password {password}\nmake superset-stop stops it.")


@cli.command()
@click.pass_obj
def stop(home: Path) -> None:
    """Stop the server that this folder keeps the process id of."""
    click.echo("Stopped." if end(home) else "It does not run.")


def check(home: Path, file: Path) -> None:
    """See that the server would find the published file, before it is prepared for a minute.

    Args:
        home: Where the server keeps what it knows.
        file: The published file.

    Raises:
        ClickException: A path has what no address can hold, or the file cannot be read; the message says what to do.
    """
    for path in (HERE, home, file):
        # in an address of SQLAlchemy options begin at a question mark, and Alembic's settings have a percent sign for names
        if {"?", "%"} & set(str(path)):
            raise click.ClickException(f"Superset cannot read a path with ? or %; rename the file or folder: {path}")
    if not file.exists():
        raise click.ClickException(f"{file} is not there; make builds it.")
    try:
        with duckdb.connect(file, read_only=True) as con:
            con.execute("from marts.fct_caseload limit 0")
    except duckdb.Error as error:
        held = isinstance(error, duckdb.IOException) and "set lock" in str(error)
        remedy = "close the program that has it open for writing" if held else "run make to build it anew"
        raise click.ClickException(f"{file} cannot be read; {remedy}. {str(error).splitlines()[0]}") from None


def kept(path: Path, length: int) -> str:
    """Read a secret, or make a random one that only this user may read.

    Args:
        path: The file that keeps it.
        length: Bytes of randomness.

    Returns:
        The secret.
    """
    if not path.exists() or not path.stat().st_size:
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(length), "ascii")
    return path.read_text("ascii")


def running(home: Path) -> int | None:
    """Tell the process id of the server, if it lives: as long as it does, it holds a lock on the file with the number.

    Args:
        home: Where the server keeps what it knows.

    Returns:
        The process id, or nothing where no server runs.

    Raises:
        ClickException: A server lives, and its number is not there yet, or no longer.
    """
    with suppress(FileNotFoundError), (home / "pid").open("rb") as kept_by_server:
        try:
            fcntl.flock(kept_by_server, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            number = kept_by_server.read()
            if number.isdigit() and int(number) > 1:
                return int(number)
            raise click.ClickException(
                f"It is being started; if not, end the processes that have {home / 'pid'} open, which has lost their number."
            ) from None
    return None


def end(home: Path) -> bool:
    """Stop the server and its workers, and wait for their end."""
    pid = running(home)
    if pid:
        os.killpg(pid, signal.SIGTERM)
        while running(home):
            time.sleep(0.1)
    return bool(pid)


def healthy(port: str) -> bool:
    """Ask the server whether it is ready."""
    # not urllib, which would ask a proxy where one is set
    with suppress(OSError, HTTPException), closing(HTTPConnection("127.0.0.1", port, timeout=5)) as server:
        server.request("GET", "/health")
        return server.getresponse().read() == b"OK"
    return False


@cli.command(hidden=True)
@click.option("--file", type=click.Path(path_type=Path), required=True)
@click.pass_obj
def prepare(home: Path, file: Path) -> None:
    """Bring the server's own tables, its user and the dashboard up to date, and point the connection at the published file.

    What a user saved stays: the bundle is imported only when it is new, and then replaces its own charts and no others.
    """
    # imported here, where the settings are known, and not by who only stops the server
    import yaml
    from superset.app import create_app

    contents = {str(path.relative_to(BUNDLE)): path.read_text("utf-8") for path in sorted(BUNDLE.rglob("*.yaml"))}
    connection = yaml.safe_load(contents["databases/ind_warehouse.yaml"])
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
            # what is imported belongs to someone who never logs in, so that nobody changes it here
            owner = account(security_manager, OWNER, ["Admin"], secrets.token_urlsafe())
            with override_user(owner):
                ImportAssetsCommand(contents).run()
            db.session.commit()
            imported.write_text(new)
        # may read everything, save charts and dashboards, and ask in SQL Lab, but not change the connection
        password = kept(home / "password", 12)
        user = account(security_manager, USER, ["Alpha", "sql_lab"], password)
        security_manager.reset_password(user.id, password)
        # an import leaves the address of a connection that is there already as it is
        database = db.session.query(Database).filter_by(uuid=UUID(connection["uuid"])).one()
        database.set_sqlalchemy_uri(f"duckdb:///{file}?{connection['sqlalchemy_uri'].partition('?')[2]}")
        bundled = {yaml.safe_load(text)["uuid"] for name, text in contents.items() if name.startswith("datasets/")}
        describe([dataset for dataset in database.tables if str(dataset.uuid) in bundled], file)
        db.session.commit()


def account(security_manager, name: str, roles: list[str], password: str):
    """Find a user of the server, or add one.

    Args:
        security_manager: Superset's.
        name: What the user logs in with.
        roles: What a new one may do.
        password: Of a new one.

    Returns:
        The user.
    """
    user = security_manager.find_user(name)
    found = [security_manager.find_role(role) for role in roles]
    return user or security_manager.add_user(name, "IND", "warehouse", f"{name}@localhost", found, password)


def describe(datasets: list, file: Path) -> None:
    """Give datasets and their columns the descriptions that the warehouse has.

    Args:
        datasets: Those of the bundle.
        file: The published file.
    """
    with duckdb.connect(file, read_only=True) as con:
        tables = dict(con.execute("select table_name, comment from duckdb_tables() where schema_name = 'marts'").fetchall())
        columns = con.execute(
            "select table_name, column_name, comment from duckdb_columns() where schema_name = 'marts'"
        ).fetchall()
    for dataset in datasets:
        dataset.fetch_metadata()
        # a dataset of its own SQL has its columns from the tables that it names
        sources = re.findall(r"marts\.(\w+)", dataset.sql) if dataset.sql else [dataset.table_name]
        notes = {column: note for source in reversed(sources) for table, column, note in columns if table == source}
        dataset.description = tables[sources[0]]
        for column in dataset.columns:
            # what rounds a column is described as that column is
            rounds = re.match(r"\w+\((\w+),", column.expression or "")
            column.description = column.description or notes.get(rounds[1] if rounds else column.column_name)


if __name__ == "__main__":
    cli()
