"""Several runs side by side: which clauses they agree on, and on which they do not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanwright_conformance.report._words import titled
from scanwright_spec import PROFILES, profile_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright_conformance.results import Result, Run
    from scanwright_conformance.verdict import Verdict
    from scanwright_spec import Clause

__all__ = ["Column", "Comparison", "Group", "Line", "compare"]


@dataclass(frozen=True, slots=True)
class Column:
    """One run under a name that no other column has."""

    name: str
    run: Run


@dataclass(frozen=True, slots=True)
class Line:
    """One clause: what each run says about it, None where it was not asked for."""

    clause: Clause
    results: tuple[Result | None, ...]

    @property
    def verdicts(self) -> tuple[Verdict | None, ...]:
        """The verdicts in the order of the columns."""
        return tuple(each.verdict if each else None for each in self.results)

    @property
    def is_different(self) -> bool:
        """Whether the runs that were asked do not all say the same."""
        return len(set(self.verdicts) - {None}) > 1


@dataclass(frozen=True, slots=True)
class Group:
    """The clauses of one profile, those with a difference first."""

    profile: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs as columns, clauses as lines."""

    columns: tuple[Column, ...]
    groups: tuple[Group, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line."""
        return tuple(line for group in self.groups for line in group.lines)

    @property
    def differences(self) -> int:
        """How many clauses the runs do not agree on."""
        return sum(line.is_different for line in self.lines)


def compare(runs: Sequence[Run]) -> Comparison:
    """Return `runs` side by side, in their order."""
    found = [{each.clause.id: each for each in run.results} for run in runs]
    clauses = {each.clause.id: each.clause for run in runs for each in run.results}
    lines = [
        Line(clause, tuple(results.get(name) for results in found))
        for name, clause in clauses.items()
    ]
    lines.sort(key=lambda line: not line.is_different)
    groups = tuple(
        Group(name, chosen)
        for name in PROFILES
        if (chosen := tuple(each for each in lines if profile_of(each.clause) == name))
    )
    return Comparison(_columns(runs), groups)


def _columns(runs: Sequence[Run]) -> tuple[Column, ...]:
    names = [titled(run.subject) for run in runs]
    total = Counter(names)
    seen: Counter[str] = Counter()
    columns = []
    for name, run in zip(names, runs, strict=True):
        seen[name] += 1
        unique = f"{name} ({seen[name]})" if total[name] > 1 else name
        columns.append(Column(unique, run))
    return tuple(columns)
