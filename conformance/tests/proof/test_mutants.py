"""Mutants: how they are grouped, and what is made of what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest

from scanwright_conformance.assignment import Assignment
from scanwright_conformance.proof import words
from scanwright_conformance.proof.changes import Change, Defect
from scanwright_conformance.proof.laboratory import (
    Experiment,
    Finding,
    Laboratory,
    Outcome,
    Trial,
)
from scanwright_conformance.proof.mutants import (
    Cell,
    Kills,
    mutants,
    note_own,
    prove_mutants,
    read_company,
)
from scanwright_conformance.proof.words import gist
from scanwright_conformance.verdict import RollUp, Verdict

FAIL = Finding(Verdict.FAIL, "expected a, observed b")


def defect(clause: str, *collateral: str, old: str = "", number: int = 1) -> Defect:
    """Return a defect that changes `old`, or nothing."""
    changes = (Change("errors.py", old, "x"),) if old else ()
    return Defect(clause, number, "is wrong", changes, dict.fromkeys(collateral, "so"))


KNOWN = Finding(Verdict.FAIL, "expected code -2113, observed code -1000")


@pytest.mark.parametrize(
    ("finding", "is_certain"),
    [
        (KNOWN, True),
        (replace(KNOWN, said="expected code -1, observed code -2"), True),
        (replace(KNOWN, said="expected code -2113, observed nothing"), False),
        (replace(KNOWN, verdict=Verdict.BLOCKED), False),
        (Finding(Verdict.PASS), False),
    ],
)
def test_in_company_who_is_noticed_shows_in_the_words(
    monkeypatch: pytest.MonkeyPatch, finding: Finding, *, is_certain: bool
) -> None:
    """What another one may have done is no kill; it is tried alone."""
    known = frozenset({gist(KNOWN.said)})
    monkeypatch.setattr(words, "_known", lambda _: known)
    one, other = defect("SERVER-version"), defect("PAGES-order")
    kills = Kills((one, other))
    by_clause = {"SERVER-version": finding, "PAGES-order": KNOWN}
    outcome = Outcome(Experiment("group 1", Assignment()), by_clause, RollUp.FAILED)
    assert note_own(kills, (one, other), outcome) == ([] if is_certain else [one])
    assert ("SERVER-version" in kills.cells) is is_certain
    assert kills.cells["PAGES-order"] == {"PAGES-order": Cell.KILLED}


def test_who_is_alone_is_the_reason() -> None:
    """Then any words will do."""
    one = defect("SERVER-version")
    kills = Kills((one,))
    assert list(kills.problems) == ["SERVER-version survives: None"]
    by_clause = {"SERVER-version": FAIL}
    outcome = Outcome(Experiment("group 1", Assignment()), by_clause, RollUp.FAILED)
    assert note_own(kills, (one,), outcome) == []
    assert list(kills.problems) == []


def company(*defects: Defect, **findings: Finding) -> tuple[Kills, list[str]]:
    """Return what is noted of a group, and whom it leaves to look into."""
    kills = Kills(defects)
    by_clause = {name.replace("_", "-"): each for name, each in findings.items()}
    outcome = Outcome(Experiment("group 1", Assignment()), by_clause, RollUp.FAILED)
    return kills, list(read_company(kills, defects, outcome))


def test_what_is_met_in_company_is_met_by_each() -> None:
    """What all defects together do not break, none of them does."""
    one, two = defect("SERVER-version"), defect("PAGES-order")
    kills, suspects = company(one, two, JOBS_start=Finding(Verdict.PASS))
    assert suspects == []
    assert kills.cells == {
        "SERVER-version": {"JOBS-start": Cell.MET},
        "PAGES-order": {"JOBS-start": Cell.MET},
    }


def test_what_fails_unexpectedly_is_looked_into() -> None:
    """Its own clauses and declared victims are expected to fail."""
    one, two = defect("SERVER-version", "PORTS-core-http"), defect("PAGES-order")
    kills, suspects = company(
        one, two, SERVER_version=FAIL, PORTS_core_http=FAIL, JOBS_start=FAIL
    )
    assert suspects == ["JOBS-start"]
    assert kills.cells == {"SERVER-version": {"PORTS-core-http": Cell.COLLATERAL}}


def problems(**cells: Cell) -> Iterator[str]:
    """Return what is wrong with a mutant of SERVER-version that did this."""
    kills = Kills((defect("SERVER-version"),))
    for name, cell in cells.items():
        kills.note("SERVER-version", name.replace("_", "-"), cell)
    return iter(kills.problems)


def test_a_survivor_is_a_problem() -> None:
    """The check is blind."""
    assert "survives" in next(problems(SERVER_version=Cell.SURVIVED))


def test_an_undeclared_victim_is_a_problem() -> None:
    """The mutant is too coarse, or two clauses are one."""
    told = problems(SERVER_version=Cell.KILLED, JOBS_start=Cell.GUILTY)
    assert "also breaks JOBS-start" in next(told)


def test_a_good_mutant_is_none() -> None:
    """Its own clause fails, and what is blocked says nothing."""
    cells = {"SERVER_version": Cell.KILLED, "JOBS_start": Cell.BLOCKED}
    assert list(problems(**cells)) == []


def test_every_mutant_can_be_made() -> None:
    """Its changes fit the service as it is, and do something."""
    for each in mutants():
        assert each.what.strip()
        assert each.diff()


@pytest.mark.slow
def test_a_mutant_is_killed_by_its_own_check() -> None:
    """The whole of it, with a real service."""
    with Laboratory(jobs=1) as laboratory:
        proof, kills = prove_mutants(
            laboratory, ["SERVER-version"], beside=["JOBS-start"]
        )
    assert proof.holds, proof.problems
    assert kills.cells["SERVER-version"]["SERVER-version"] is Cell.KILLED
    assert kills.cells["SERVER-version"]["JOBS-start"] is Cell.MET


class Imagined(Laboratory):
    """A laboratory where a service breaks what `rule` says of its defects."""

    def __init__(self, rule: Callable[[frozenset[str], str], Verdict]) -> None:
        self.tried: list[frozenset[str]] = []
        self._rule = rule

    def try_all(self, trials: Iterable[Trial]) -> None:
        """Answer at once."""
        waiting = list(trials)
        while waiting:
            trial = waiting.pop(0)
            waiting += trial.read(self._outcome(trial.experiment))

    def _outcome(self, experiment: Experiment) -> Outcome:
        changed = set(experiment.changes)
        there = frozenset(
            each.name for each in mutants() if changed.issuperset(each.changes)
        )
        self.tried.append(there)
        findings = {
            clause: Finding(self._rule(there, clause), "so")
            for clause in experiment.assignment.only
        }
        return Outcome(experiment, findings, RollUp.FAILED)


OWN = (
    "SERVER-settings",
    "SERVER-version-query",
    "SERVER-log-level-scale",
    "HTTP-allow-header",
)


def own_or(clause: str, *guilty: str) -> Callable[[frozenset[str], str], Verdict]:
    """Return a rule: each breaks its own, and these together break `clause`."""

    def rule(there: frozenset[str], asked: str) -> Verdict:
        is_broken = asked in there or (asked == clause and there.issuperset(guilty))
        return Verdict.FAIL if is_broken else Verdict.PASS

    return rule


def tried(rule: Callable[[frozenset[str], str], Verdict]) -> tuple[Imagined, Kills]:
    """Return what became of four mutants, and how they were tried."""
    laboratory = Imagined(rule)
    _, kills = prove_mutants(laboratory, OWN, beside=["JOBS-start"])
    return laboratory, kills


def test_the_guilty_one_is_found_by_halves() -> None:
    """Whoever breaks another's clause is named, and nobody else."""
    _, kills = tried(own_or("JOBS-start", "SERVER-log-level-scale"))
    guilty = [name for name, row in kills.cells.items() if Cell.GUILTY in row.values()]
    assert guilty == ["SERVER-log-level-scale"]
    assert kills.together == []


def test_what_only_a_company_breaks_is_nobodys() -> None:
    """It is told, and no problem."""
    _, kills = tried(own_or("JOBS-start", "SERVER-log-level-scale", "SERVER-settings"))
    assert kills.problems == ()
    assert kills.together == ["JOBS-start"]


def test_who_was_blocked_in_company_is_tried_alone() -> None:
    """Only what was seen kills."""
    names = frozenset(each.name for each in mutants(OWN))

    def rule(there: frozenset[str], clause: str) -> Verdict:
        if clause == "SERVER-log-level-scale" and len(there) > 1:
            return Verdict.BLOCKED
        return Verdict.FAIL if clause in there else Verdict.PASS

    laboratory, kills = tried(rule)
    alone = [each for each in laboratory.tried if each == {"SERVER-log-level-scale"}]
    assert alone
    assert kills.problems == ()
    assert set(kills.cells) == names
