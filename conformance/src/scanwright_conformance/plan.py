"""What to run, and in which order: what others build upon comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanwright_conformance.check import RegisteredCheck
    from scanwright_spec import Clause

__all__ = ["Step", "UnknownSelection", "make_plan", "select"]


class UnknownSelection(Exception):
    """A word of `--only` is no area and no clause."""


@dataclass(frozen=True, slots=True)
class Step:
    """One clause with its check, None while nobody wrote one."""

    clause: Clause
    check: RegisteredCheck | None


def select(clauses: Sequence[Clause], words: Sequence[str]) -> tuple[Clause, ...]:
    """Return the clauses that `words` name by id or area, in any case; all for none."""
    wanted = {word.upper() for word in words}
    known = {name for clause in clauses for name in _names(clause)}
    if unknown := sorted(wanted - known):
        raise UnknownSelection(f"no clause and no area is called {', '.join(unknown)}")
    return tuple(clause for clause in clauses if not wanted or wanted & _names(clause))


def make_plan(
    clauses: Sequence[Clause],
    checks: Mapping[str, RegisteredCheck],
) -> tuple[Step, ...]:
    """Return a step for each clause, after those it builds upon, else in their order.

    Clauses that are not among `clauses` are not waited for.
    """
    by_id = {clause.id: clause for clause in clauses}
    ordered: dict[str, Step] = {}

    def visit(clause: Clause, path: tuple[str, ...]) -> None:
        if clause.id in path:
            raise ValueError(f"checks wait for each other: {' '.join(path)}")
        if clause.id in ordered:
            return
        check = checks.get(clause.id)
        for name in check.after if check else ():
            if name in by_id:
                visit(by_id[name], (*path, clause.id))
        ordered[clause.id] = Step(clause, check)

    for clause in clauses:
        visit(clause, ())
    return tuple(ordered.values())


def _names(clause: Clause) -> set[str]:
    return {clause.id.upper(), clause.area.upper()}
