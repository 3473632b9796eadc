"""What a description declares, held against what can be seen of the target.

What is declared decides which clauses apply to a described target. A discrepancy
changes no verdict: it tells the target's owner that something is measured in vain, or
not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Discrepancy", "DiscrepancyKind", "Observation", "discrepancies"]


class DiscrepancyKind(StrEnum):
    """In which direction the two differ."""

    NOT_SEEN = "declared, but not seen"
    NOT_DECLARED = "seen, but not declared"


@dataclass(frozen=True, slots=True)
class Observation:
    """Capabilities that were seen, and such that are certainly not there.

    Each has a sentence that says what was seen of it. What cannot be told from outside
    is in neither.
    """

    seen: Mapping[str, str] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One capability about which the two differ: what was seen, and what to do."""

    capability: str
    kind: DiscrepancyKind
    seen: str
    advice: str

    @property
    def sentence(self) -> str:
        """Both in a row, for a report."""
        return f"{self.seen} {self.advice}"


def discrepancies(
    declared: frozenset[str],
    observation: Observation,
) -> tuple[Discrepancy, ...]:
    """Return where `declared` and what was observed differ, by capability."""
    not_seen = (
        Discrepancy(
            name,
            DiscrepancyKind.NOT_SEEN,
            observation.absent[name],
            "Its clauses are measured all the same: mend the target, or take "
            f"{name!r} out of [capabilities].",
        )
        for name in declared & observation.absent.keys()
    )
    not_declared = (
        Discrepancy(
            name,
            DiscrepancyKind.NOT_DECLARED,
            observation.seen[name],
            f"Its clauses are not measured: add {name!r} to [capabilities].",
        )
        for name in observation.seen.keys() - declared
    )
    found = [*not_seen, *not_declared]
    return tuple(sorted(found, key=lambda each: each.capability))
