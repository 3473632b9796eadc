"""What a run may say of profiles and levels."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanwright_conformance.report._standing import (
    applicable,
    broken,
    certified_profiles,
    grid,
    level_of,
)
from scanwright_conformance.results import Run
from scanwright_conformance.scope import Scope
from scanwright_conformance.verdict import Verdict
from scanwright_spec import Assurance


def scoped(run: Run, *profiles: str, level: Assurance = Assurance.L3) -> Run:
    """Return the run as if it had been asked about these profiles."""
    return replace(run, plan=replace(run.plan, scope=Scope(profiles, level)), traces=())


def passed(run: Run) -> Run:
    """Return the run with every clause met."""
    results = tuple(replace(each, verdict=Verdict.PASS) for each in run.results)
    return replace(run, results=results)


def test_nothing_is_said_of_profiles_that_nobody_asked_about(run: Run) -> None:
    """Foundations in other profiles do not make a standing there."""
    assert [e.profile for e in scoped(run, "certificates").standings] == [
        "certificates",
    ]
    asked = scoped(run, "scanwright").standings
    assert [e.profile for e in asked] == ["wire", "certificates", "scanwright"]


def test_everything_includes_its_parts(run: Run) -> None:
    """Who is certified for all is certified for `scanwright`, and no list is needed."""
    good = passed(run)
    assert certified_profiles(scoped(good, "scanwright")) == ("scanwright",)
    assert certified_profiles(scoped(good, "wire")) == ("wire",)
    assert certified_profiles(scoped(run, "wire")) == ()


def test_the_grid_counts_each_clause_at_one_level(run: Run) -> None:
    """The cells of everything add up to the run."""
    *_, everything = grid(scoped(run, "scanwright"))
    assert sum(cell.tried for cell in everything.cells) == len(run.results)
    assert sum(cell.met for cell in everything.cells) == run.counts[Verdict.PASS]
    assert sum(cell.applicable for cell in everything.cells) == len(
        applicable(run.results),
    )
    assert any(cell.broken for cell in everything.cells)


@pytest.mark.parametrize(
    ("assured", "asked", "level"),
    [("L3", "L1", "L1"), ("L1", "L3", "L1"), ("L2", "L3", "L2")],
)
def test_no_level_above_what_was_given_or_asked_for(
    run: Run, assured: str, asked: str, level: str
) -> None:
    """The lower of the two counts."""
    plan = replace(run.plan, subject=replace(run.subject, assurance=assured))
    made = scoped(replace(run, plan=plan), "wire", level=Assurance(asked))
    assert level_of(made).value == level


def test_what_does_not_bind_breaks_nothing(run: Run) -> None:
    """Warnings are not among what fails the target."""
    found = broken(run.results)
    assert found
    assert all(each.is_binding for each in found)
