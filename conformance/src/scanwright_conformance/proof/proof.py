"""What each self-proof says at its end: how much was tried, and what does not hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Progress", "Proof", "as_table", "silent"]

Progress = Callable[[str], None]
"""Is told each step of a long proof, as a line."""


def silent(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One claim about the suite, tried `tried` times; `problems` say where it failed.

    `detail` is for machines and for the pages about a proof: JSON values.
    """

    name: str
    claim: str
    tried: int
    problems: tuple[str, ...]
    seconds: float
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether the claim was tried, and never found wrong."""
        return self.tried > 0 and not self.problems


def as_table(proofs: Sequence[Proof]) -> str:
    """Return the table that `scanwright prove` ends with."""
    rows = [
        (each.name, str(each.tried), _word(each), f"{each.seconds:.0f} s", each.claim)
        for each in proofs
    ]
    heads = ("proof", "tried", "", "time", "claim")
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(5)]
    lines = [
        f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:<{widths[2]}}  "
        f"{row[3]:>{widths[3]}}  {row[4]}"
        for row in (heads, *rows)
    ]
    return "\n".join(lines)


def _word(proof: Proof) -> str:
    if proof.holds:
        return "holds"
    return f"{len(proof.problems)} problems" if proof.tried else "nothing tried"
