"""Measure what the project notices of damage, and what it survives."""

import json
import multiprocessing
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from ind_warehouse import ROOT, version
from ind_warehouse.audit.damage import damages
from ind_warehouse.audit.digits import changed_digits, read
from ind_warehouse.audit.judge import Judge, Verdict, names_line, names_seed
from ind_warehouse.audit.replay import Replay
from ind_warehouse.audit.survival import survive

RECORD = ROOT / "docs" / "audit.json"
SHOWN = 5


@click.command()
def audit() -> None:
    """Damage every seed in every way, ill-treat builds, and say what came of it; written to docs/audit.json as well."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        record = {"version": version(), "digits": [], "damage": [], "survival": []}
        click.echo(f"{'Changed to each other digit':<66} {'tried':>6} {'noticed':>8}")
        for row in changed_digits(Replay(scratch / "digits")):
            record["digits"].append(row)
            click.echo(f"{row['what']:<66} {row['tried']:>6} {row['noticed']:>8}  {by(row['checks'])}")
            show(row["silent"])
        click.echo(
            f"\n{'Damaged in each place where it fits':<66}  tried {'noticed':>8} {'by line':>8} {'harmless':>9} {'silent':>7}"
        )
        for row in tried(scratch):
            record["damage"].append(row)
            counts = f"{row['tried']:>6} {row['noticed']:>8} {row['by_line']:>8} {row['harmless']:>9} {len(row['silent']):>7}"
            click.echo(f"{row['what']:<66} {counts}  {by(row['checks'])}")
            show(row["silent"])
        click.echo(f"\n{'Survived':<66} {'tried':>6} {'held':>8}")
        for row in survive(scratch / "survival", lambda text: click.echo(text, err=True)):
            record["survival"].append(row)
            click.echo(f"{row['what']:<66} {row['tried']:>6} {row['held']:>8}")
            show(row["faults"])
    RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    click.echo(f"\nWrote {RECORD.relative_to(ROOT)}")


def by(checks: dict[str, int]) -> str:
    """Say which checks noticed, the busiest first."""
    return ", ".join(f"{check} {count}" for check, count in list(checks.items())[:3])


def show(places: list[str]) -> None:
    """Name some of the places that went wrong."""
    for place in places[:SHOWN]:
        click.echo(f"    {place}")
    if len(places) > SHOWN:
        click.echo(f"    and {len(places) - SHOWN} more")


def tried(scratch: Path) -> Iterator[dict]:
    """Try every damage, on all processors.

    Args:
        scratch: A folder for damaged files.

    Yields:
        A row for each kind: what, tried, noticed, by_file (of the noticed, those of which a message of the first check names the
        file), by_line (and the line), harmless, silent (the places), checks (how many each check noticed first).
    """
    tables = {
        path.relative_to(ROOT).as_posix(): read(path.relative_to(ROOT).as_posix()) for path in (ROOT / "seeds").rglob("*.csv")
    }
    all_damage = [damage for path in sorted(tables) for damage in damages(path, tables[path], tables)]
    rows = {}
    with multiprocessing.Pool(os.cpu_count(), begin, (scratch,)) as pool:
        for damage, verdict in zip(all_damage, pool.imap(judged, all_damage, chunksize=50), strict=True):
            row = rows.setdefault(
                damage.kind,
                {"tried": 0, "noticed": 0, "by_file": 0, "by_line": 0, "harmless": 0, "silent": [], "checks": Counter()},
            )
            row["tried"] += 1
            if verdict.outcome == "silent":
                row["silent"].append(f"{damage.path}, {damage.place}")
            else:
                row[verdict.outcome] += 1
            row["checks"].update(verdict.checks)
            row["by_file"] += names_seed(verdict)
            row["by_line"] += names_line(verdict)
    for what, row in rows.items():
        yield {"what": what} | row | {"checks": dict(row["checks"].most_common())}


def begin(scratch: Path) -> None:
    """Give a process a build in memory of its own."""
    global judge
    judge = Judge(Replay(scratch / str(os.getpid())))


def judged(damage) -> Verdict:
    """Judge a damage in such a process."""
    return judge.verdict(damage)
