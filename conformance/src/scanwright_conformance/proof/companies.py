"""Companies: mutants that do not stand in each other's way share a service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from scanwright_conformance.checks import load_checks
from scanwright_conformance.proof.changes import ChangeError, Defect, original_text

__all__ = ["COMPANY", "companies"]

COMPANY: Final = 24
"""How many defects a service has at once at most."""


def companies(
    defects: Sequence[Defect],
    size: int = COMPANY,
    *,
    are_independent: bool = False,
) -> tuple[tuple[Defect, ...], ...]:
    """Divide `defects` so that none in a group stands in the way of another one.

    Those that block many clauses come together, so that the others show more; where all
    `are_independent` nobody blocks another one.
    """
    blocks = _dependents()
    ordered = sorted(defects, key=lambda each: -len(blocks.get(each.clause, ())))
    found: list[list[Defect]] = []
    for defect in ordered:
        for group in found:
            is_free = not are_independent or not any(
                defect.clause in blocks.get(each.clause, ())
                or each.clause in blocks.get(defect.clause, ())
                for each in group
            )
            if len(group) < size and is_free and _get_on_together(group, defect):
                group.append(defect)
                break
        else:
            found.append([defect])
    return tuple(tuple(group) for group in found)


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
