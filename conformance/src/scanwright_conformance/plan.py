"""The order of a run: what others build upon first, all else as the seed has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanwright_conformance.check import RegisteredCheck
    from scanwright_spec import Clause

__all__ = ["Step", "make_plan"]


@dataclass(frozen=True, slots=True)
class Step:
    """One clause with its check, None while nobody wrote one."""

    clause: Clause
    check: RegisteredCheck | None


def make_plan(
    clauses: Sequence[Clause],
    checks: Mapping[str, RegisteredCheck],
    *,
    seed: int | None = None,
) -> tuple[Step, ...]:
    """Return a step for each clause, after those it builds upon.

    Apart from that the order follows from `seed`; without one it is that of `clauses`.
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

    for clause in _shuffled(clauses, seed):
        visit(clause, ())
    return tuple(ordered.values())


def _shuffled(clauses: Sequence[Clause], seed: int | None) -> Sequence[Clause]:
    if seed is None:
        return clauses
    shuffled = list(clauses)
    Random(seed).shuffle(shuffled)  # noqa: S311 - an order, no secret
    return shuffled
