"""Mutants: for every clause a service that breaks it, and a check that must notice.

Each mutant is tried *in company*: the service has the defects of a whole group at once,
and all clauses are tried. What fails there must be the clause of one of the group, or
declared as collateral of one. What fails unexpectedly is tried again with each half of
the group, and with halves of these, so that the guilty one is named. What is blocked by
a clause that is not met says nothing.

Its own clause must not be met there, and for the reason that was seen when the mutant
was alone: golden conversations keep that. Who is met or blocked, or fails in other
words, is tried again among those who do not block each other, and then *alone*.

Company makes it minutes instead of hours, and has a weakness: one defect may hide what
another one does to a third clause. `is_alone` tries every mutant with every clause.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from scanwright_conformance.assignment import Assignment
from scanwright_conformance.checks import load_checks
from scanwright_conformance.durations import is_quick
from scanwright_conformance.proof.changes import Defect, read_defects
from scanwright_conformance.proof.companies import COMPANY, companies
from scanwright_conformance.proof.laboratory import (
    Experiment,
    Laboratory,
    Outcome,
    Trial,
)
from scanwright_conformance.proof.proof import Progress, Proof, silent
from scanwright_conformance.proof.words import is_known
from scanwright_conformance.verdict import Verdict

__all__ = [
    "FOLDER",
    "Cell",
    "Kills",
    "mutants",
    "note_own",
    "prove_mutants",
    "read_company",
    "unharmed",
    "waivers",
]

FOLDER: Final = Path(__file__).parent / "mutants"
WAIVERS: Final = Path(__file__).parent / "waivers.toml"

KILLED: Final = frozenset({Verdict.FAIL, Verdict.WARN})
FINE: Final = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})


class Cell(StrEnum):
    """What a mutant does to a clause."""

    KILLED = "killed"
    SURVIVED = "survived"
    MET = "met"
    BLOCKED = "blocked"
    COLLATERAL = "collateral"
    GUILTY = "undeclared"


@dataclass(slots=True)
class Kills:
    """The kill matrix as far as it is known: for each mutant, what it does to whom.

    `together` are clauses that a company broke, and none of it alone.
    """

    defects: tuple[Defect, ...]
    cells: dict[str, dict[str, Cell]] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    together: list[str] = field(default_factory=list)

    def note(self, mutant: str, clause: str, cell: Cell) -> None:
        """Keep what was seen; a clause that was met once stays met."""
        known = self.cells.setdefault(mutant, {})
        if known.get(clause) is not Cell.MET:
            known[clause] = cell

    @property
    def problems(self) -> tuple[str, ...]:
        """What does not hold, a sentence each."""
        found = []
        for defect in self.defects:
            row = self.cells.get(defect.name, {})
            if row.get(defect.clause) is not Cell.KILLED:
                found.append(f"{defect.name} survives: {self.said.get(defect.name)}")
            found += [
                f"{defect.name} also breaks {clause}, and does not declare it"
                for clause, cell in row.items()
                if cell is Cell.GUILTY
            ]
        return tuple(found)


def mutants(words: Iterable[str] = ()) -> tuple[Defect, ...]:
    """Return the mutants of the clauses or areas that `words` name, all for none."""
    wanted = {word.upper() for word in words}
    return tuple(
        each
        for each in read_defects(FOLDER)
        if not wanted
        or wanted
        & {each.clause.upper(), each.name.upper(), each.clause.partition("-")[0]}
    )


def prove_mutants(
    laboratory: Laboratory,
    words: Iterable[str] = (),
    *,
    is_alone: bool = False,
    part: tuple[int, int] = (1, 1),
    beside: Iterable[str] | None = None,
    is_recorded: bool = False,
    progress: Progress = silent,
) -> tuple[Proof, Kills]:
    """Try the mutants, or the Kth of N parts of them.

    Alone all clauses are tried, in company the quick ones, or those of `beside`. What
    is to be recorded is done by each mutant alone.
    """
    began = time.monotonic()
    number, parts = part
    kills = Kills(mutants(words)[number - 1 :: parts])
    if beside is None:
        beside = (each for each in load_checks() if is_alone or is_quick(each))
    trials = _Trials(kills, tuple(beside), progress, is_recorded=is_recorded)
    groups = companies(kills.defects, 1 if is_alone else COMPANY)
    planned = [trials.of_all(each) for each in groups]
    if is_recorded:
        planned += map(trials.alone, kills.defects)
    laboratory.try_all(planned)
    again = companies(trials.doubtful, are_independent=True)
    laboratory.try_all(map(trials.of_own, again))
    trials.conclude()
    proof = Proof(
        name="mutants",
        claim="each defect fails its own clause, and no other that it does not declare",
        tried=len(kills.defects),
        problems=kills.problems,
        seconds=time.monotonic() - began,
        detail=_detail(kills),
    )
    return proof, kills


def waivers() -> Mapping[str, str]:
    """Return the clauses that have no mutant, with the reason."""
    import tomllib

    table: dict[str, str] = tomllib.loads(WAIVERS.read_text(encoding="utf-8"))
    return table


def unharmed(laboratory: Laboratory, defects: Sequence[Defect]) -> tuple[Outcome, ...]:
    """Return what is found of the clauses of `defects` on services without any."""
    clauses: dict[str | None, list[str]] = {}
    for each in defects:
        clauses.setdefault(each.place, []).append(each.clause)
    planned = [
        Experiment(
            "unharmed",
            Assignment(place, only=tuple(only), seed=0),
            is_recorded=True,
        )
        for place, only in clauses.items()
    ]
    return tuple(laboratory.outcomes(planned))


def note_own(kills: Kills, group: Sequence[Defect], outcome: Outcome) -> list[Defect]:
    """Note who of a group was noticed; return those of whom that is not certain.

    By itself a defect is the reason of what fails; in company that shows in the words.
    """
    doubtful = []
    for defect in group:
        finding = outcome.findings[defect.clause]
        is_certain = len(group) == 1 or is_known(defect.clause, finding.said)
        if finding.verdict in KILLED and is_certain:
            kills.note(defect.name, defect.clause, Cell.KILLED)
            kills.said[defect.name] = f"{finding.verdict.value} {finding.said}".strip()
        else:
            doubtful.append(defect)
    return doubtful


def read_company(
    kills: Kills,
    group: Sequence[Defect],
    outcome: Outcome,
) -> Iterator[str]:
    """Note what a group did to each clause; yield those that somebody broke."""
    own = {each.clause for each in group}
    declared = {clause for each in group for clause in each.collateral}
    for clause, finding in outcome.findings.items():
        if clause in own:
            continue
        if finding.verdict in FINE:
            cell = Cell.MET
        elif finding.verdict is Verdict.BLOCKED:
            cell = Cell.BLOCKED
        elif clause in declared:
            cell = Cell.COLLATERAL
        else:
            yield clause
            continue
        for defect in group:
            if cell is not Cell.COLLATERAL or clause in defect.collateral:
                kills.note(defect.name, clause, cell)


class _Trials:
    """The trials of mutants; each reads what it found, and goes into what is doubtful.

    What is to be recorded is tried alone anyway.
    """

    def __init__(
        self,
        kills: Kills,
        clauses: tuple[str, ...],
        progress: Progress,
        *,
        is_recorded: bool,
    ) -> None:
        self._kills = kills
        self._clauses = clauses
        self._progress = progress
        self._is_recorded = is_recorded
        self.doubtful: list[Defect] = []
        """Who was not noticed for certain in company, and has to be tried again."""
        self._suspected: set[str] = set()
        self._broken: set[str] = set()
        self._seeds = count()

    def conclude(self) -> None:
        """Note the clauses that a company broke, and nobody of it alone."""
        self._kills.together += sorted(self._suspected - self._broken)
        for clause in self._kills.together:
            self._progress(f"{clause} failed in company, and with nobody alone")

    def of_all(self, group: Sequence[Defect]) -> Trial:
        """Try all clauses on a group."""

        def read(outcome: Outcome) -> Iterator[Trial]:
            doubtful = note_own(self._kills, group, outcome)
            if not self._is_recorded:
                self.doubtful += doubtful
            yield from self._read_others(group, outcome, is_first=True)

        return Trial(self._of_group(group, self._clauses), read)

    def of_own(self, group: Sequence[Defect]) -> Trial:
        """Try each of a group with its own clause."""

        def read(outcome: Outcome) -> Iterator[Trial]:
            self._say(group, outcome, "their own clauses again")
            yield from map(self.alone, note_own(self._kills, group, outcome))

        return Trial(self._of_group(group, ()), read)

    def alone(self, defect: Defect) -> Trial:
        """Try a mutant alone with its own clause."""

        def read(outcome: Outcome) -> Iterable[Trial]:
            finding = outcome.findings[defect.clause]
            is_noticed = finding.verdict in KILLED
            cell = Cell.KILLED if is_noticed else Cell.SURVIVED
            said = f"{finding.verdict.value} {finding.said}".strip()
            self._kills.note(defect.name, defect.clause, cell)
            self._kills.said[defect.name] = said
            self._kills.outcomes.append(outcome)
            self._progress(f"{defect.name}: {said[:100]}")
            return ()

        assignment = Assignment(defect.place, only=(defect.clause,), repeats=0, seed=0)
        experiment = Experiment(
            defect.name, assignment, defect.changes, is_recorded=True
        )
        return Trial(experiment, read)

    def _of_group(
        self, group: Sequence[Defect], clauses: tuple[str, ...]
    ) -> Experiment:
        """Return a run for a group; what it breaks is tried too, for it blocks."""
        only = (*clauses, *(each.clause for each in group))
        number = next(self._seeds)
        return Experiment(
            f"company {number + 1}",
            Assignment(group[0].place, only=only, repeats=0, seed=number),
            tuple(change for defect in group for change in defect.changes),
        )

    def _of_suspects(self, group: Sequence[Defect], clauses: tuple[str, ...]) -> Trial:
        """Try again the clauses that somebody of a larger group broke."""
        read = partial(self._read_others, group, is_first=False)
        return Trial(self._of_group(group, clauses), read)

    def _read_others(
        self, group: Sequence[Defect], outcome: Outcome, *, is_first: bool
    ) -> Iterator[Trial]:
        """Note who breaks what; whoever may have is asked once more, by halves."""
        suspected = tuple(read_company(self._kills, group, outcome))
        self._say(group, outcome, f"{', '.join(suspected) or 'nothing'} to look into")
        self._suspected.update(suspected)
        if suspected and (is_first or len(group) > 1):
            middle = len(group) // 2
            for part in filter(None, (group[:middle], group[middle:])):
                yield self._of_suspects(part, suspected)
            return
        self._broken.update(suspected)
        for clause in suspected:
            self._kills.note(group[0].name, clause, Cell.GUILTY)
            said = outcome.findings[clause].said[:100]
            self._progress(f"{group[0].name} breaks {clause}: {said}")

    def _say(self, group: Sequence[Defect], outcome: Outcome, what: str) -> None:
        name, size, seconds = outcome.experiment.name, len(group), outcome.seconds
        self._progress(f"{name}, of {size}, {seconds:.0f} s: {what}")


def _detail(kills: Kills) -> dict[str, object]:
    return {
        "mutants": [
            {
                "name": each.name,
                "clause": each.clause,
                "defect": each.what,
                "said": kills.said.get(each.name, ""),
                "collateral": dict(each.collateral),
                "diff": each.diff(),
                "cells": {
                    clause: cell.value
                    for clause, cell in sorted(kills.cells.get(each.name, {}).items())
                },
            }
            for each in kills.defects
        ],
        "waivers": dict(waivers()),
        "broken_only_together": kills.together,
        "cells": dict(
            Counter(cell.value for row in kills.cells.values() for cell in row.values())
        ),
    }
