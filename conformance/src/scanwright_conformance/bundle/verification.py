"""Does a bundle tell the truth about itself? All that it claims is computed again.

The bytes are known to be those that were signed. This looks for what somebody signed
who lied, or what another suite sees in another way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from scanwright_conformance.bundle.again import judge_again
from scanwright_conformance.bundle.contents import contents_of, manifest_of, roll_up_of
from scanwright_conformance.events import Ended, Event
from scanwright_conformance.plan import Step
from scanwright_spec import PROFILES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright_conformance.bundle.file import Bundle
    from scanwright_conformance.check import RegisteredCheck
    from scanwright_conformance.judging import Attempt
    from scanwright_conformance.results import Result
    from scanwright_conformance.scope import Scope
    from scanwright_conformance.verdict import RollUp
    from scanwright_spec import Clause

__all__ = ["Difference", "Verification", "verification"]

DERIVED: Final = (
    "transcripts.har",
    "catalogue.json",
    "target.toml",
    "environment.json",
    "README.txt",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the bundle says, and what is found instead."""

    about: str
    said: str
    found: str

    def __str__(self) -> str:
        return f"{self.about}: the bundle says {self.said}, found is {self.found}"


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of judging a bundle again.

    `reworded` counts judgements that say the same in other words, as those do that were
    given before something secret was taken out.
    """

    suite_version: str
    is_same_suite: bool
    verdicts: int
    conversations: int
    said: RollUp
    found: RollUp
    differences: tuple[Difference, ...]
    reworded: int = 0

    @property
    def is_equal(self) -> bool:
        """Whether nothing was found that is otherwise than the bundle says."""
        return not self.differences

    @property
    def is_verified(self) -> bool:
        """Whether all could be compared, and is as the bundle says."""
        return self.is_equal and self.is_same_suite


def verification(
    bundle: Bundle,
    *,
    suite_version: str,
    clauses: Sequence[Clause],
    checks: Mapping[str, RegisteredCheck],
) -> Verification:
    """Judge everything in `bundle` again, by these checks, and compare.

    `clauses` are those of this suite: in a bundle of the same version they must be
    worded the same, and those that the scope of the run has must be planned, no others.
    """
    run = bundle.run
    is_same_suite = run.suite_version == suite_version
    said = {result.clause.id: result for result in _results(bundle.events)}
    found = judge_again(
        [Step(clause, checks.get(clause.id)) for clause in run.plan.clauses],
        said,
        capabilities=run.subject.capabilities,
        scope=run.plan.scope,
    )
    roll_up = roll_up_of(_with_results(bundle.events, found))
    differences = [*_completeness(bundle), *_manifest(bundle)]
    if is_same_suite:
        # another suite may know other clauses, and show them in another way
        differences += _views(bundle)
        differences += _scope(run.plan.scope, clauses)
        differences += _catalogue(bundle, clauses, checks)
    for result in found:
        if result.clause.id in said:
            differences += _verdict(said[result.clause.id], result)
    if roll_up is not bundle.manifest.roll_up:
        stated = bundle.manifest.roll_up.value
        differences.append(Difference("the roll-up", stated, roll_up.value))
    return Verification(
        suite_version=suite_version,
        is_same_suite=is_same_suite,
        verdicts=len(found),
        conversations=sum(len(result.attempts) for result in found),
        said=bundle.manifest.roll_up,
        found=roll_up,
        differences=tuple(differences),
        reworded=_reworded(said, found),
    )


def _results(events: Sequence[Event]) -> list[Result]:
    return [event.result for event in events if isinstance(event, Ended)]


def _with_results(
    events: Sequence[Event],
    found: Sequence[Result],
) -> list[Event]:
    """Return the events with other results, of the clauses that had one."""
    by_id = {result.clause.id: result for result in found}
    return [
        Ended(by_id.get(event.result.clause.id, event.result))
        if isinstance(event, Ended)
        else event
        for event in events
    ]


def _completeness(bundle: Bundle) -> Iterator[Difference]:
    """Find clauses of the plan without a verdict, and verdicts without a plan."""
    planned = [clause.id for clause in bundle.run.plan.clauses]
    ended = [result.clause.id for result in _results(bundle.events)]
    for name in dict.fromkeys([*planned, *ended]):
        counts = planned.count(name), ended.count(name)
        if counts[0] != 1:
            yield Difference(name, f"planned {counts[0]} times", "a plan has it once")
        if counts[1] > 1:
            yield Difference(name, f"{counts[1]} verdicts", "there can be one")
        # without any: the run was interrupted, which the roll-up knows
    plan = {clause.id: clause for clause in bundle.run.plan.clauses}
    for result in _results(bundle.events):
        if plan.get(result.clause.id, result.clause) != result.clause:
            said = "one text in the plan"
            yield Difference(result.clause.id, said, "another beside the verdict")


def _manifest(bundle: Bundle) -> Iterator[Difference]:
    """Compare the manifest with the run; its roll-up is compared elsewhere."""
    said = bundle.manifest
    found = manifest_of(bundle.events, created=said.created, origin=said.origin)
    if said.origin is None:
        found = replace(found, created=manifest_of(bundle.events).created)
    for name in ("created", "suite_version", "seed", "target_name", "target_version"):
        pair = str(getattr(said, name)), str(getattr(found, name))
        if pair[0] != pair[1]:
            yield Difference(f"manifest.json: {name}", *pair)


def _views(bundle: Bundle) -> Iterator[Difference]:
    """Compare what was made from the events with what is made from them now."""
    created, origin = bundle.manifest.created, bundle.manifest.origin
    made = contents_of(bundle.events, created=created, origin=origin)
    for name in sorted(made.keys() - bundle.members.keys()):
        yield Difference(name, "nothing", "a bundle has it")
    for name in sorted(bundle.members.keys() - made.keys()):
        yield Difference(
            name, "it is part of the bundle", "a bundle has no such member"
        )
    for name in DERIVED:
        if name in bundle.members and made[name] != bundle.members[name]:
            yield Difference(name, "something else", "what events.ndjson gives")


def _scope(scope: Scope, clauses: Sequence[Clause]) -> Iterator[Difference]:
    """Find a scope that no run can have: in one of no profile nothing would bind."""
    if not scope.profiles:
        yield Difference("the scope", "no profile", "a run has one at least")
    for name in scope.profiles:
        if name not in tuple(PROFILES):
            yield Difference("the scope", f"profile {name}", "there is none")
    known = {word.upper() for clause in clauses for word in (clause.id, clause.area)}
    for word in sorted(map(str, scope.only - known)):
        missing = "there is no such clause and no such area"
        yield Difference("the scope", f"only {word}", missing)


def _catalogue(
    bundle: Bundle,
    clauses: Sequence[Clause],
    checks: Mapping[str, RegisteredCheck],
) -> Iterator[Difference]:
    """Compare the clauses with those that the suite of this version has."""
    plan = bundle.run.plan
    own = {clause.id: clause for clause in clauses}
    planned = {clause.id: clause for clause in plan.clauses}
    for name, clause in planned.items():
        if name not in own:
            yield Difference(name, "there is such a clause", "this suite has none")
        elif clause != own[name]:
            names = ", ".join(_changed(clause, own[name]))
            yield Difference(name, f"another {names}", "the catalogue's")
    chosen = {clause.id for clause in plan.scope.select(clauses, checks)}
    for name in own:
        if name in chosen and name not in planned:
            yield Difference(name, "nothing", "the scope of the run has it")
        elif name in planned and name not in chosen:
            yield Difference(name, "it was tried", "the scope of the run has it not")


def _changed(one: Clause, other: Clause) -> Iterator[str]:
    for name in one.__dataclass_fields__:
        if getattr(one, name) != getattr(other, name):
            yield name


def _verdict(said: Result, found: Result) -> Iterator[Difference]:
    name = found.clause.id
    if said.verdict is not found.verdict:
        stated = said.verdict.value
        yield Difference(name, stated, _with_reason(found))
    elif said.is_binding is not found.is_binding:
        words = {True: "it binds", False: "it does not bind"}
        yield Difference(name, words[said.is_binding], words[found.is_binding])
    elif found.attempts:
        pairs = zip(said.attempts, found.attempts, strict=True)
        for number, (one, other) in enumerate(pairs, start=1):
            if _outcome(one) != _outcome(other):
                about = f"{name}, attempt {number}"
                yield Difference(about, _outcome(one), _outcome(other))


def _with_reason(result: Result) -> str:
    judgement = result.judgement
    if judgement is not None and not judgement.is_met:
        because = f"expected {judgement.expected}, observed {judgement.observed}"
    else:
        because = result.reason.strip().rpartition("\n")[2]
    return f"{result.verdict.value} ({because})" if because else result.verdict.value


def _outcome(attempt: Attempt) -> str:
    if attempt.error or attempt.judge_error:
        return "a mistake of the suite"
    if attempt.unsupported:
        return "unsupported"
    return "failed" if attempt.is_failed else "met"


def _reworded(said: Mapping[str, Result], found: Sequence[Result]) -> int:
    return sum(
        one.judgement != other.judgement
        for result in found
        if result.clause.id in said
        for one, other in zip(
            said[result.clause.id].attempts, result.attempts, strict=False
        )
        if one.judgement is not None and other.judgement is not None
    )
