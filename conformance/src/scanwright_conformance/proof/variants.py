"""Legal variants: services that differ in all that is free, and must be certified.

A suite that is stricter than its specification fails them. One of them breaks what is
this specification's own choice, as far as other clauses build upon it. It may leave
open what cannot be tried then, and must fail nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from scanwright_conformance.assignment import Assignment
from scanwright_conformance.checks import load_checks
from scanwright_conformance.proof.changes import Defect, read_defects
from scanwright_conformance.proof.laboratory import (
    Experiment,
    Laboratory,
    Outcome,
)
from scanwright_conformance.proof.mutants import mutants
from scanwright_conformance.proof.proof import Progress, Proof, silent
from scanwright_conformance.scope import COMPATIBLE
from scanwright_conformance.verdict import RollUp, Verdict
from scanwright_conformance.weather import read_weather
from scanwright_spec import EVERYTHING, binds, load

__all__ = ["differing", "problems_of", "prove_variants", "variants"]

FOLDER: Final = Path(__file__).parent / "variants"

EVERY: Final = (EVERYTHING,)
DRIZZLE: Final = ("licensed", "drizzle")
"""The variant that is behind connections that are slow and cut into slices."""
CHOICES: Final = "choices"
"""The service with other choices where this specification made its own."""
GOOD: Final = (Verdict.PASS, Verdict.NOT_APPLICABLE)


def variants() -> tuple[Defect, ...]:
    """Return all variants: services with changes that break nothing."""
    return read_defects(FOLDER)


def prove_variants(
    laboratory: Laboratory,
    names: Iterable[str] = (),
    *,
    progress: Progress = silent,
) -> Proof:
    """Certify each variant, or those of `names`, by the whole suite."""
    began = time.monotonic()
    wanted = set(names)
    chosen = [each for each in variants() if not wanted or each.clause in wanted]
    planned = [differing(each) for each in chosen]
    differences = [
        (each.clause, _difference(each, experiment), each.diff())
        for each, experiment in zip(chosen, planned, strict=True)
    ]
    if not wanted or CHOICES in wanted:
        others = choices()
        planned.append(choosing(others))
        what = "; ".join(each.what for each in others)
        differences.append((CHOICES, what, "".join(each.diff() for each in others)))
    problems: list[str] = []
    passed = {}
    for outcome in laboratory.outcomes(planned):
        name = outcome.experiment.name
        found = list(problems_of(outcome))
        passed[name] = len(outcome.with_verdict(Verdict.PASS))
        problems += found
        for problem in found:
            progress(problem)
        word = outcome.roll_up.value
        progress(f"variant {name}: {word}, in {outcome.seconds:.0f} s")
    return Proof(
        name="legal variants",
        claim="who differs in what is free is certified, and own choices fail nobody",
        tried=len(planned),
        problems=tuple(problems),
        seconds=time.monotonic() - began,
        detail={
            "variants": [
                {"name": name, "differs": what, "passed": passed[name], "diff": diff}
                for name, what, diff in differences
            ],
        },
    )


def differing(variant: Defect) -> Experiment:
    """Return the experiment of a variant; one of them is behind bad connections."""
    name, weather = DRIZZLE
    return Experiment(
        variant.clause,
        Assignment(
            variant.place,
            profiles=EVERY,
            weather=read_weather(weather) if variant.clause == name else None,
        ),
        variant.changes,
    )


def choices() -> tuple[Defect, ...]:
    """Return a defect for each own choice that a duty of the compatible builds upon."""
    duties = [each for each in load().clauses if binds(each, COMPATIBLE)]
    checks = load_checks()
    builds_on = {name for each in duties for name in checks[each.id].after}
    free = builds_on - {each.id for each in duties}
    return tuple(each for each in mutants() if each.clause in free and each.number == 1)


def choosing(others: Iterable[Defect]) -> Experiment:
    """Return the variant that has other choices; they bind nobody in its scope."""
    changes = tuple(change for each in others for change in each.changes)
    return Experiment(CHOICES, Assignment(profiles=COMPATIBLE), changes)


def problems_of(outcome: Outcome) -> Iterator[str]:
    """Yield a sentence for all that keeps the variant from being certified.

    Other choices warn, and what builds upon them may be left open.
    """
    named = f"variant {outcome.experiment.name}"
    good, ends = set(GOOD), {RollUp.CERTIFIED}
    if outcome.experiment.name == CHOICES:
        good |= {Verdict.WARN, Verdict.BLOCKED}
        ends |= {RollUp.INCOMPLETE}
    if outcome.roll_up not in ends or not outcome.with_verdict(Verdict.PASS):
        yield f"{named}: {outcome.roll_up.value}"
    for clause, finding in outcome.findings.items():
        if finding.verdict not in good:
            yield f"{named}: {clause} is {finding.verdict.value} {finding.said}"
    for trace in outcome.traces:
        yield f"{named}: {trace}"


def _difference(variant: Defect, experiment: Experiment) -> str:
    weather = experiment.assignment.weather
    return (
        f"{variant.what}; connections in the weather {weather}"
        if weather
        else variant.what
    )
