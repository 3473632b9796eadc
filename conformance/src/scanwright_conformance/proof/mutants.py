"""Mutants: for every clause a service that breaks it, and a check that must notice.

Each mutant is tried *in company*: the service has the defects of a whole group at once,
and all clauses are tried. What fails there must be the clause of one of the group, or
declared as collateral of one. Who fails unexpectedly is tried again with each of the
group on its own, so that the guilty one is named. What is blocked by a clause that is
not met says nothing.

Its own clause must not be met there, nor in a second company in which nobody is of the
first one: then no other defect can be the reason. Who is met or blocked in one of them
is tried *alone* with that clause.

Company makes it minutes instead of hours, and has a weakness: one defect may hide what
another one does to a third clause. `is_alone` tries every mutant with every clause.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from scanwright_conformance.assignment import Assignment
from scanwright_conformance.checks import load_checks
from scanwright_conformance.durations import durations, is_quick
from scanwright_conformance.proof.changes import (
    ChangeError,
    Defect,
    original_text,
    read_defects,
)
from scanwright_conformance.proof.laboratory import (
    JOBS,
    Experiment,
    Outcome,
    experiments,
)
from scanwright_conformance.proof.proof import Progress, Proof, silent
from scanwright_conformance.verdict import Verdict

__all__ = [
    "FOLDER",
    "Cell",
    "Kills",
    "groups",
    "is_killed",
    "mutants",
    "prove_mutants",
    "read_company",
    "unharmed",
    "waivers",
]

FOLDER: Final = Path(__file__).parent / "mutants"
WAIVERS: Final = Path(__file__).parent / "waivers.toml"

COMPANY: Final = 16
"""How many defects a service has at once at most."""
MANY: Final = 3
"""Above so many unexpected failures it is quicker to part a group than to ask each."""

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

    `together` are clauses that a company broke, and none of it alone; `met_own` tells
    for each mutant and company that it was in whether its own clause was met.
    """

    defects: tuple[Defect, ...]
    cells: dict[str, dict[str, Cell]] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    together: list[str] = field(default_factory=list)
    met_own: dict[str, list[bool]] = field(default_factory=dict)

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


def groups(
    defects: Sequence[Defect],
    size: int = COMPANY,
    *,
    strangers: Iterable[Sequence[Defect]] = (),
) -> tuple[tuple[Defect, ...], ...]:
    """Divide `defects` so that none in a group stands in the way of another one.

    Those that block many clauses come together, so that the others show more. Nobody is
    with another one of the same group of `strangers`.
    """
    former = {each.name: n for n, group in enumerate(strangers) for each in group}
    blocks = _dependents()
    ordered = sorted(defects, key=lambda each: -len(blocks.get(each.clause, ())))
    found: list[list[Defect]] = []
    for defect in ordered:
        for group in found:
            is_new = not any(_are_of_one(former, defect, each) for each in group)
            if len(group) < size and is_new and _get_on_together(group, defect):
                group.append(defect)
                break
        else:
            found.append([defect])
    return tuple(tuple(group) for group in found)


def prove_mutants(
    words: Iterable[str] = (),
    *,
    is_alone: bool = False,
    part: tuple[int, int] = (1, 1),
    beside: Iterable[str] | None = None,
    is_recorded: bool = False,
    jobs: int = JOBS,
    progress: Progress = silent,
) -> tuple[Proof, Kills]:
    """Try the mutants, or the Kth of N parts of them.

    Alone all clauses are tried, in company the quick ones, or those of `beside`. What
    is to be recorded is done by each mutant alone.
    """
    began = time.monotonic()
    number, count = part
    kills = Kills(mutants(words)[number - 1 :: count])
    if beside is None:
        beside = (each for each in load_checks() if is_alone or is_quick(each))
    companies = groups(kills.defects, 1 if is_alone else COMPANY)
    _try_others(kills, companies, tuple(beside), jobs, progress)
    if not is_alone:
        again = groups(kills.defects, strangers=companies)
        _try_own_again(kills, again, jobs, progress)
    doubtful = [each for each in kills.defects if not is_killed(kills, each)]
    _try_own(kills, kills.defects if is_recorded else doubtful, jobs, progress)
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


def unharmed(defects: Sequence[Defect], *, jobs: int = JOBS) -> tuple[Outcome, ...]:
    """Return what is found of the clauses of `defects` on services without any."""
    clauses: dict[str | None, list[str]] = {}
    for each in defects:
        clauses.setdefault(each.place, []).append(each.clause)
    planned = [
        Experiment("unharmed", Assignment(place, only=tuple(only), seed=0))
        for place, only in clauses.items()
    ]
    return tuple(_outcomes(planned, jobs))


def _try_own_again(
    kills: Kills,
    grouped: Sequence[Sequence[Defect]],
    jobs: int,
    progress: Progress,
) -> None:
    """Try each mutant with its own clause among others than before."""
    companies = {f"other group {n}": each for n, each in enumerate(grouped, 1)}
    for outcome in _outcomes(_planned(companies, ()), jobs):
        name = outcome.experiment.name
        _note_own(kills, companies[name], outcome)
        progress(f"{name} of {len(companies[name])}")


def _note_own(kills: Kills, group: Sequence[Defect], outcome: Outcome) -> None:
    """Note for each of a group whether its own clause was met in that company."""
    for defect in group:
        finding = outcome.findings[defect.clause]
        is_met = finding.verdict not in KILLED
        kills.met_own.setdefault(defect.name, []).append(is_met)
        if not is_met:
            kills.said.setdefault(
                defect.name, f"{finding.verdict.value} {finding.said}".strip()
            )


def is_killed(kills: Kills, defect: Defect) -> bool:
    """Whether a mutant was killed in all of its companies, and note it if so.

    No two of them have anybody else in common, so it is this defect that was noticed.
    Alone in the first company there is no other.
    """
    seen = kills.met_own.get(defect.name, [])
    if any(seen) or not seen:
        return False
    kills.note(defect.name, defect.clause, Cell.KILLED)
    return True


def _try_own(
    kills: Kills, defects: Sequence[Defect], jobs: int, progress: Progress
) -> None:
    """Try each mutant alone with its own clause; slow ones first, to end soonest."""
    by_name = {each.name: each for each in defects}
    planned = [
        Experiment(
            each.name,
            Assignment(each.place, only=(each.clause,), repeats=0, seed=0),
            each.changes,
        )
        for each in sorted(defects, key=_cost, reverse=True)
    ]
    for outcome in _outcomes(planned, jobs):
        defect = by_name[outcome.experiment.name]
        finding = outcome.findings[defect.clause]
        is_killed = finding.verdict in KILLED
        kills.note(
            defect.name, defect.clause, Cell.KILLED if is_killed else Cell.SURVIVED
        )
        kills.said[defect.name] = f"{finding.verdict.value} {finding.said}".strip()
        kills.outcomes.append(outcome)
        progress(f"{defect.name}: {kills.said[defect.name][:100]}")


def _try_others(
    kills: Kills,
    grouped: Sequence[Sequence[Defect]],
    clauses: tuple[str, ...],
    jobs: int,
    progress: Progress,
) -> None:
    """Try all clauses on each group; who breaks too much together is taken apart."""
    suspects: list[tuple[Defect, str]] = []
    count = 0
    while grouped:
        companies = {f"group {count + n}": each for n, each in enumerate(grouped, 1)}
        count += len(companies)
        apart: list[Sequence[Defect]] = []
        for outcome in _outcomes(_planned(companies, clauses), jobs):
            name = outcome.experiment.name
            group = companies[name]
            _note_own(kills, group, outcome)
            suspected = list(read_company(kills, group, outcome))
            progress(f"{name} of {len(group)}: {len(suspected)} to look into")
            if len(suspected) > MANY and len(group) > 1:
                middle = len(group) // 2
                apart += [group[:middle], group[middle:]]
            else:
                suspects += [(each, clause) for clause in suspected for each in group]
        grouped = apart
    _try_suspects(kills, suspects, jobs, progress)


def _planned(
    companies: Mapping[str, Sequence[Defect]], clauses: tuple[str, ...]
) -> list[Experiment]:
    """Return a run for each group; what it breaks is tried too, for it blocks."""
    return [
        Experiment(
            name,
            Assignment(
                group[0].place,
                only=(*clauses, *(each.clause for each in group)),
                repeats=0,
                seed=number,
            ),
            tuple(change for defect in group for change in defect.changes),
        )
        for number, (name, group) in enumerate(companies.items())
    ]


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


def _try_suspects(
    kills: Kills,
    suspects: Sequence[tuple[Defect, str]],
    jobs: int,
    progress: Progress,
) -> None:
    """Try each suspect alone with the clause that somebody of its group broke."""
    pairs = {f"{defect.name} {clause}": (defect, clause) for defect, clause in suspects}
    planned = [
        Experiment(
            name,
            Assignment(defect.place, only=(clause, defect.clause), seed=0),
            defect.changes,
        )
        for name, (defect, clause) in pairs.items()
    ]
    broken = set()
    for outcome in _outcomes(planned, jobs):
        defect, clause = pairs[outcome.experiment.name]
        finding = outcome.findings[clause]
        cell = Cell.GUILTY
        if finding.verdict in FINE:
            cell = Cell.MET
        elif finding.verdict is Verdict.BLOCKED:
            cell = Cell.BLOCKED
        else:
            broken.add(clause)
            progress(f"{defect.name} breaks {clause}: {finding.said[:100]}")
        kills.note(defect.name, clause, cell)
    kills.together += sorted({clause for _, clause in suspects} - broken)
    for clause in kills.together:
        progress(f"{clause} failed in company, and with nobody alone")


def _outcomes(planned: Sequence[Experiment], jobs: int) -> Iterator[Outcome]:
    if planned:
        with experiments(planned, jobs=jobs) as outcomes:
            yield from outcomes


def _cost(defect: Defect) -> float:
    return durations().get(defect.clause, 0.0)


def _dependents() -> Mapping[str, set[str]]:
    """Return which clauses are blocked, directly or not, by each one."""
    found: dict[str, set[str]] = {}
    checks = load_checks()

    def visit(clause: str, blocked: str) -> None:
        for name in checks[clause].after:
            found.setdefault(name, set()).add(blocked)
            visit(name, blocked)

    for clause in checks:
        visit(clause, clause)
    return found


def _are_of_one(former: Mapping[str, int], one: Defect, other: Defect) -> bool:
    return one.name in former and former[one.name] == former.get(other.name)


def _get_on_together(group: Sequence[Defect], defect: Defect) -> bool:
    return all(_get_on(defect, other) for other in group) and _apply_together(
        [*group, defect]
    )


def _get_on(one: Defect, other: Defect) -> bool:
    """Whether neither breaks what the other one is about."""
    return (
        one.clause != other.clause
        and one.target == other.target
        and one.clause not in other.collateral
        and other.clause not in one.collateral
    )


def _apply_together(defects: Sequence[Defect]) -> bool:
    texts: dict[str, str] = {}
    try:
        for defect in defects:
            for change in defect.changes:
                text = texts.get(change.file) or original_text(change.file)
                texts[change.file] = change.applied_to(text)
    except ChangeError:
        return False
    return True


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
