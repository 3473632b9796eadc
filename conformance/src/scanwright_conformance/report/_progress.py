"""How far a run is, and how long it will take: counting, and nothing printed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from scanwright_conformance.durations import durations
from scanwright_conformance.report._words import counted, duration

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanwright_conformance.results import Result
    from scanwright_spec import Clause

__all__ = ["Progress"]

PARTS: Final = 10
QUICKEST_S: Final = 0.05


class Progress:
    """Counts verdicts as they come. The clauses come in any order."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self._open = {clause.id: _expected_s(clause.id) for clause in clauses}
        self._expected_s = sum(self._open.values())
        self._counts: Counter[str] = Counter()
        self.total = len(self._open)

    @property
    def done(self) -> int:
        """How many clauses have their verdict."""
        return self.total - len(self._open)

    def add(self, result: Result) -> bool:
        """Count `result`; tell whether another tenth of the clauses is done."""
        before = self.done * PARTS // self.total if self.total else 0
        self._open.pop(result.clause.id, None)
        self._counts[result.verdict] += 1
        return bool(self.total) and self.done * PARTS // self.total > before

    def line(self, elapsed_s: float) -> str:
        """Return how far the run is after so many seconds."""
        far = f"{self.done:>{len(str(self.total))}}/{self.total}"
        return f"{far}  {duration(elapsed_s):>6}  {counted(self._counts)}"

    def remaining_s(self, elapsed_s: float) -> float | None:
        """Return how long the rest should take, None while nothing can be said.

        What is known of the reference is stretched by how this target did so far.
        """
        remaining = sum(self._open.values())
        tried = self._expected_s - remaining
        return remaining * elapsed_s / tried if tried > 0 else None


def _expected_s(clause: str) -> float:
    return max(durations().get(clause, 0.0), QUICKEST_S)
