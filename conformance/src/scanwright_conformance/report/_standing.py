"""What a run may say of profiles and levels: a certificate's grid, without words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanwright_conformance.verdict import BROKEN, RollUp, Verdict
from scanwright_spec import EVERYTHING, Assurance, assurance_of, binds, is_in_profile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scanwright_conformance.results import Result, Run, Standing

__all__ = [
    "Cell",
    "Row",
    "applicable",
    "broken",
    "certified_profiles",
    "grid",
    "level_of",
]


@dataclass(frozen=True, slots=True)
class Cell:
    """One profile at one level: of `tried` clauses so many apply, are met, are broken.

    What is broken counts when it binds in this profile.
    """

    level: Assurance
    tried: int
    applicable: int
    met: int
    broken: int


@dataclass(frozen=True, slots=True)
class Row:
    """One profile with what was found at each level."""

    standing: Standing
    cells: tuple[Cell, ...]


def grid(run: Run) -> tuple[Row, ...]:
    """Return a row for each profile that the run was asked about."""
    return tuple(
        Row(each, tuple(_cell(run.results, each.profile, level) for level in Assurance))
        for each in run.standings
    )


def level_of(run: Run) -> Assurance:
    """Return the highest level at which something could be tried and was asked for."""
    return min(Assurance(run.subject.assurance), run.plan.scope.level)


def certified_profiles(run: Run) -> tuple[str, ...]:
    """Return the profiles that the target is certified for, `scanwright` for all."""
    if run.roll_up is not RollUp.CERTIFIED:
        return ()
    names = tuple(
        each.profile for each in run.standings if each.roll_up is RollUp.CERTIFIED
    )
    return (EVERYTHING,) if EVERYTHING in names else names


def applicable(results: Iterable[Result]) -> list[Result]:
    """Return those that the target has to do with."""
    return [each for each in results if each.verdict is not Verdict.NOT_APPLICABLE]


def broken(results: Iterable[Result]) -> list[Result]:
    """Return those that fail the target."""
    return [each for each in results if each.is_binding and each.verdict in BROKEN]


def _cell(results: Sequence[Result], profile: str, level: Assurance) -> Cell:
    chosen = [
        each
        for each in results
        if is_in_profile(each.clause, profile) and assurance_of(each.clause) is level
    ]
    return Cell(
        level=level,
        tried=len(chosen),
        applicable=len(applicable(chosen)),
        met=sum(each.is_met for each in chosen),
        broken=sum(
            each.verdict in BROKEN and binds(each.clause, [profile]) for each in chosen
        ),
    )
