"""Try damage on the build in memory: noticed, harmless, or published in silence."""

import re
from typing import NamedTuple

import duckdb

from ind_warehouse import ROOT
from ind_warehouse.audit.damage import TEXTS, Damage
from ind_warehouse.audit.replay import Replay
from ind_warehouse.seeds import described_columns, faults


class Verdict(NamedTuple):
    """What became of a damage: noticed, harmless, text (only names or notes differ) or silent; by which checks; with what words."""

    outcome: str
    checks: tuple[str, ...]
    messages: tuple[str, ...]


class Judge:
    """Looks at one damage after the other."""

    def __init__(self, replay: Replay) -> None:
        """Remember what is published without damage.

        Args:
            replay: The build in memory.
        """
        self.replay = replay
        self.described = described_columns(ROOT)
        replay.build_marts()
        self.whole, self.figures = self.digests()

    def verdict(self, damage: Damage) -> Verdict:
        """Do what a build does with a damaged file: look at it, load it, test it, and only then publish.

        Args:
            damage: The damage; it is undone in the end.

        Returns:
            What became of it.
        """
        copy = self.replay.written(damage.path, damage.content)
        if said := [damage.path + fault for fault in faults(copy, self.described[copy.stem])]:
            return Verdict("noticed", ("check_seeds",), tuple(said))
        try:
            with self.replay.damaged({damage.path: damage.content}):
                if found := self.replay.noticed([damage.path]):
                    return noticed(found)
                self.replay.build_marts()
                if found := {
                    self.replay.nodes[key]["name"]: said
                    for key in self.replay.tests_of_marts
                    if (said := self.replay.said_by(key))
                }:
                    return noticed(found)
                whole, figures = self.digests()
        except duckdb.Error as error:
            return Verdict("noticed", ("duckdb",), (str(error),))
        if whole == self.whole:
            return Verdict("harmless", (), ())
        return Verdict("text" if figures == self.figures else "silent", (), ())

    def digests(self) -> tuple[list, list]:
        """Sum up the published tables, whatever the order of their rows: all of them, and without what is text for people."""
        sums = [[], []]
        for key in self.replay.marts:
            names = list(self.replay.nodes[key]["columns"])
            for those, into in zip((names, [name for name in names if not TEXTS.fullmatch(name)]), sums, strict=True):
                sql = f"select count(*), sum(hash({', '.join(those)})::hugeint) from {self.replay.table(key)}"
                into.append(self.replay.con.execute(sql).fetchall())
        return sums[0], sums[1]


def noticed(found: dict[str, list[str]]) -> Verdict:
    """Gather what failed tests say."""
    return Verdict("noticed", tuple(found), tuple(message for messages in found.values() for message in messages))


def is_explained(message: str) -> bool:
    """Say whether a message names a file and a line of it, and tells what to do."""
    return bool(re.search(r"seeds/.*[.]csv(, (from )?line [0-9]+|: )", message))
