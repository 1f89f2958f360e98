"""Try damage on the build in memory: noticed, harmless, or published in silence."""

import re
from typing import NamedTuple

import duckdb

from ind_warehouse import ROOT
from ind_warehouse.audit.damage import Damage
from ind_warehouse.audit.replay import Replay
from ind_warehouse.seeds import described_columns, faults


class Verdict(NamedTuple):
    """What became of a damage: noticed, harmless (the same is published) or silent; by which checks; in what words."""

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
        self.published = self.digest()

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
            self.replay.damage({damage.path: damage.content})
            if found := self.replay.noticed([damage.path], first=True):
                return noticed(found)
            self.replay.build_marts()
            if found := {
                self.replay.nodes[key]["name"]: said for key in self.replay.tests_of_marts if (said := self.replay.said_by(key))
            }:
                return noticed(found)
            published = self.digest()
        except duckdb.Error as error:
            return Verdict("noticed", ("duckdb",), (str(error),))
        return Verdict("harmless" if published == self.published else "silent", (), ())

    def digest(self) -> list:
        """Sum up the published tables of marts and raw, whatever the order of their rows."""
        sql = "select count(*), sum(hash(rows)::hugeint) from {} as rows"
        published = [*self.replay.marts, *(seed["unique_id"] for seed in self.replay.seeds.values())]
        return [self.replay.con.execute(sql.format(self.replay.table(key))).fetchall() for key in published]


def noticed(found: dict[str, list[str]]) -> Verdict:
    """Gather what failed tests say."""
    return Verdict("noticed", tuple(found), tuple(str(message) for messages in found.values() for message in messages))


def names_seed(verdict: Verdict) -> bool:
    """Say whether a message names the file of a seed."""
    return any(re.search(r"seeds/\S+[.]csv", message) for message in verdict.messages)


def names_line(verdict: Verdict) -> bool:
    """Say whether a message names the line as well."""
    return any(re.search(r"seeds/\S+[.]csv, (from )?line [0-9]+", message) for message in verdict.messages)
