"""What the proof of the judges found: scores, and the changes that nobody noticed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from scanwright_conformance.proof.judges_changes import Alteration
from scanwright_conformance.proof.proof import Proof

__all__ = ["SHARED", "JudgeScore", "JudgesReport", "Survivor", "Waiver"]

SHARED: Final = "shared"
"""The area of what judges of several areas use."""

COLUMNS: Final = ("judges", "changes", "by golden", "by tests", "waived", "survivors")


@dataclass(frozen=True, slots=True)
class Waiver:
    """A change that need not be noticed, and why."""

    judge: str
    was: str
    becomes: str
    reason: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What a change has in common with its waiver: no line, no place."""
        return self.judge, self.was, self.becomes


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change that nobody noticed; `reason` is that of its waiver, "" without one."""

    change: Alteration
    file: str
    reason: str = ""
    is_broken: bool = False

    def as_lines(self) -> tuple[str, ...]:
        """Return where it is and what is changed, as a diff of one line."""
        change = self.change
        how = "could not be tried" if self.is_broken else "nobody notices it"
        return (
            f"{self.file}:{change.line}: {change.judge}: {change.kind}: {how}",
            f"  - {change.was}",
            f"  + {change.becomes}",
        )


@dataclass(frozen=True, slots=True)
class JudgeScore:
    """What came of the changes of one judge, or of a function that judges use."""

    judge: str
    area: str
    changes: int
    by_golden: int
    by_tests: int
    survivors: tuple[Survivor, ...]

    @property
    def noticed(self) -> int:
        """How many changes were noticed."""
        return self.by_golden + self.by_tests

    @property
    def waived(self) -> int:
        """How many need not be."""
        return sum(bool(each.reason) for each in self.survivors)


@dataclass(frozen=True, slots=True)
class JudgesReport:
    """The proof: it holds when there is nothing to tell but the scores."""

    scores: tuple[JudgeScore, ...]
    golden: int = 0
    misjudged: tuple[str, ...] = ()
    idle: tuple[Waiver, ...] = ()
    problems: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def survivors(self) -> tuple[Survivor, ...]:
        """All survivors without a waiver."""
        found = (each for score in self.scores for each in score.survivors)
        return tuple(each for each in found if not each.reason)

    @property
    def is_met(self) -> bool:
        """Whether the judges are proven."""
        return bool(self.scores) and not self.complaints

    def by_area(self) -> Mapping[str, tuple[JudgeScore, ...]]:
        """Return the scores of each area, what is shared last."""
        found: dict[str, list[JudgeScore]] = defaultdict(list)
        for score in sorted(self.scores, key=lambda each: each.area == SHARED):
            found[score.area].append(score)
        return {area: tuple(scores) for area, scores in found.items()}

    @property
    def complaints(self) -> tuple[str, ...]:
        """Everything that keeps the proof from holding, in lines for people."""
        return (
            *("\n".join(each.as_lines()) for each in self.survivors),
            *self.misjudged,
            *(
                f"{each.judge}: the waiver of `{each.becomes}` is idle: the change is"
                " noticed, or is not there; take it out of judges.toml"
                for each in self.idle
            ),
            *self.problems,
        )

    def as_lines(self) -> tuple[str, ...]:
        """Return the report for people: a table, then what is wrong."""
        rows = [(area, *_sums(scores)) for area, scores in self.by_area().items()]
        rows.append(("all", *_sums(self.scores)))
        return (
            _row(("area", *COLUMNS)),
            *map(_row, rows),
            f"{self.golden} clauses with golden transcripts, {self.seconds:.0f} s",
            *self.complaints,
        )

    def as_proof(self) -> Proof:
        """Return what the table of all proofs says of this one."""
        return Proof(
            name="judges",
            claim="each small change of a judge is noticed",
            tried=sum(each.changes for each in self.scores),
            problems=self.complaints,
            seconds=self.seconds,
            detail=self.as_json(),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the report for machines."""
        return {
            "is_met": self.is_met,
            "seconds": round(self.seconds, 1),
            "golden": self.golden,
            "areas": {
                area: dict(zip(COLUMNS, _sums(scores), strict=True))
                for area, scores in self.by_area().items()
            },
            "all": dict(zip(COLUMNS, _sums(self.scores), strict=True)),
            "judges": [_score_as_json(each) for each in self.scores],
            "misjudged": list(self.misjudged),
            "idle": [
                {"judge": each.judge, "was": each.was, "becomes": each.becomes}
                for each in self.idle
            ],
            "problems": list(self.problems),
        }


def _score_as_json(score: JudgeScore) -> dict[str, Any]:
    return {
        "judge": score.judge,
        "area": score.area,
        "changes": score.changes,
        "by golden": score.by_golden,
        "by tests": score.by_tests,
        "survivors": [_survivor_as_json(each) for each in score.survivors],
    }


def _survivor_as_json(survivor: Survivor) -> dict[str, Any]:
    change = survivor.change
    return {
        "file": survivor.file,
        "line": change.line,
        "kind": change.kind,
        "was": change.was,
        "becomes": change.becomes,
        "waiver": survivor.reason,
    }


def _sums(scores: Sequence[JudgeScore]) -> tuple[int, ...]:
    """Return the numbers for COLUMNS."""
    waived = sum(each.waived for each in scores)
    return (
        len(scores),
        sum(each.changes for each in scores),
        sum(each.by_golden for each in scores),
        sum(each.by_tests for each in scores),
        waived,
        sum(len(each.survivors) for each in scores) - waived,
    )


def _row(cells: Iterable[object]) -> str:
    first, *others = map(str, cells)
    return f"{first:<10}" + "".join(f"{each:>11}" for each in others)
