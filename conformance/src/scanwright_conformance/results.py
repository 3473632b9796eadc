"""What a run found: the one value that every report is made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from scanwright_conformance.judging import Attempt
from scanwright_conformance.scope import Scope
from scanwright_conformance.verdict import RollUp, Verdict, roll_up
from scanwright_spec import EVERYTHING, PROFILES, binds, is_in_profile

if TYPE_CHECKING:
    from scanwright_conformance.judgement import Judgement
    from scanwright_conformance.transcript import Transcript
    from scanwright_spec import Clause

__all__ = ["Plan", "Result", "Run", "Standing", "Subject"]


@dataclass(frozen=True, slots=True)
class Result:
    """The verdict about one clause with its evidence.

    `is_binding` tells whether the run's scope makes it a duty. `reason` is for verdicts
    that no judge gave: what was missing, or what blocked.
    """

    clause: Clause
    verdict: Verdict
    is_binding: bool = True
    attempts: tuple[Attempt, ...] = ()
    reason: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the clause is proven to be met."""
        return self.verdict is Verdict.PASS

    @property
    def shown(self) -> Attempt | None:
        """The attempt that is the evidence: the first that failed, else the first."""
        failed = (each for each in self.attempts if each.is_failed)
        return next(failed, self.attempts[0] if self.attempts else None)

    @property
    def judgement(self) -> Judgement | None:
        """What a judge said about the attempt that is shown."""
        return self.shown.judgement if self.shown else None

    @property
    def transcript(self) -> Transcript | None:
        """The conversation that is shown."""
        return self.shown.transcript if self.shown else None

    @property
    def seconds(self) -> float:
        """How long all attempts took together."""
        return sum(each.seconds for each in self.attempts)


@dataclass(frozen=True, slots=True)
class Subject:
    """The target as reports name it.

    `assurance` is L1 to L3. `discrepancies` are sentences on capabilities that were
    declared and not seen, or seen and not declared. `description` is its target.toml
    without what is secret.
    """

    name: str
    addresses: Mapping[str, str]
    capabilities: tuple[str, ...]
    devices: Mapping[str, str]
    assurance: str
    version: str = ""
    discrepancies: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is about to do, said before anything is tried.

    `clauses` stand in the order of trying, which follows from `seed`. `pace` is by how
    much deadlines are stretched, `environment` where the suite itself runs.
    """

    subject: Subject
    scope: Scope
    clauses: tuple[Clause, ...]
    seed: int
    began_at: datetime
    suite_version: str
    pace: float = 1.0
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a run says about one profile."""

    profile: str
    roll_up: RollUp
    counts: Mapping[Verdict, int]


# Python 3.11 shows the result of what asyncio.run() ran to nobody, at a second's cost.
@dataclass(frozen=True, slots=True, repr=False)
class Run:
    """One certification from beginning to end.

    `results` are in the order of the specification. `traces` are sentences on what the
    run left behind that it should have taken away. Who was interrupted has not looked.
    """

    plan: Plan
    results: tuple[Result, ...]
    seconds: float
    traces: tuple[str, ...] = ()
    is_interrupted: bool = False

    @property
    def subject(self) -> Subject:
        """The target."""
        return self.plan.subject

    @property
    def began_at(self) -> datetime:
        """When it began."""
        return self.plan.began_at

    @property
    def suite_version(self) -> str:
        """The version of the suite that gave the verdicts."""
        return self.plan.suite_version

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How often each verdict was given; all verdicts are there."""
        return _counts(self.results)

    @property
    def roll_up(self) -> RollUp:
        """What follows for the target.

        Who leaves traces, or was interrupted before the end, has not finished the job.
        Clauses of other profiles, which something builds upon, certify nobody.
        """
        found = roll_up(
            ((each.verdict, each.is_binding) for each in self.results),
            is_selection=bool(self.plan.scope.only),
        )
        if found not in {RollUp.CERTIFIED, RollUp.SELECTION}:
            return found
        if self.traces or self.is_interrupted:
            return RollUp.INCOMPLETE
        is_own_met = any(each.is_met for each in self.results if self._is_own(each))
        return found if is_own_met else RollUp.NOTHING

    def _is_own(self, result: Result) -> bool:
        """Whether the clause was asked for, and not only built upon."""
        scope = self.plan.scope
        return bool(scope.only) or any(
            _concerns(result, name) for name in scope.profiles
        )

    @property
    def standings(self) -> tuple[Standing, ...]:
        """What it says about each profile that it was asked about.

        Clauses of others may have been tried, for something builds upon them; about
        such a profile a part is known only, and nothing said.
        """
        scope = self.plan.scope
        names = PROFILES if EVERYTHING in scope.profiles else scope.profiles
        return tuple(
            _standing(name, chosen, is_selection=bool(scope.only))
            for name in names
            if (chosen := [each for each in self.results if _concerns(each, name)])
        )


def _counts(results: Iterable[Result]) -> Mapping[Verdict, int]:
    counted = Counter(result.verdict for result in results)
    return {verdict: counted[verdict] for verdict in Verdict}


def _concerns(result: Result, profile: str) -> bool:
    return is_in_profile(result.clause, profile)


def _standing(name: str, results: list[Result], *, is_selection: bool) -> Standing:
    pairs = ((each.verdict, binds(each.clause, [name])) for each in results)
    return Standing(name, roll_up(pairs, is_selection=is_selection), _counts(results))
