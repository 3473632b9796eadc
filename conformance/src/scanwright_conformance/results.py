"""What a run found: the one list that every report is made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from scanwright_conformance.judgement import Judgement
from scanwright_conformance.transcript import Transcript
from scanwright_conformance.verdict import RollUp, Verdict, roll_up

if TYPE_CHECKING:
    from scanwright_spec import Clause

__all__ = ["Result", "Run", "Subject", "is_binding"]


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict about one clause with its evidence.

    `reason` is for verdicts that no judge gave: what was missing, or what blocked.
    """

    clause: Clause
    verdict: Verdict
    judgement: Judgement | None = None
    transcript: Transcript | None = None
    reason: str = ""
    attempts: int = 0
    seconds: float = 0.0

    @property
    def is_met(self) -> bool:
        """Whether the clause is proven to be met."""
        return self.verdict is Verdict.PASS


@dataclass(frozen=True, slots=True)
class Subject:
    """The target as reports name it. `assurance` is L1, attached, or L2, managed."""

    name: str
    addresses: Mapping[str, str]
    capabilities: tuple[str, ...]
    devices: Mapping[str, str]
    assurance: str


@dataclass(frozen=True, slots=True)
class Run:
    """One certification from beginning to end."""

    subject: Subject
    results: tuple[Result, ...]
    began_at: datetime
    seconds: float
    suite_version: str
    is_selection: bool = False

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How often each verdict was given; all verdicts are there."""
        counted = Counter(result.verdict for result in self.results)
        return {verdict: counted[verdict] for verdict in Verdict}

    @property
    def roll_up(self) -> RollUp:
        """What follows for the target."""
        return roll_up(
            ((result.verdict, is_binding(result.clause)) for result in self.results),
            is_selection=self.is_selection,
        )


def is_binding(clause: Clause) -> bool:
    """Whether a target must meet `clause` to be certified."""
    return clause.level.value in {"MUST", "MUST NOT"}
