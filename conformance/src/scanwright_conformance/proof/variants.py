"""Legal variants: services that differ in all that is free, and must be certified.

A suite that is stricter than its specification fails them.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from scanwright_conformance.assignment import Assignment
from scanwright_conformance.proof.changes import Defect, read_defects
from scanwright_conformance.proof.laboratory import (
    JOBS,
    Experiment,
    Outcome,
    experiments,
)
from scanwright_conformance.proof.proof import Progress, Proof, silent
from scanwright_conformance.verdict import Verdict
from scanwright_conformance.weather import read_weather
from scanwright_spec import EVERYTHING

__all__ = ["problems_of", "prove_variants", "variants"]

FOLDER: Final = Path(__file__).parent / "variants"

EVERY: Final = (EVERYTHING,)
DRIZZLE: Final = "drizzle"
"""The service as it is, behind connections that are slow and cut into slices."""
GOOD: Final = (Verdict.PASS, Verdict.NOT_APPLICABLE)


def variants() -> tuple[Defect, ...]:
    """Return all variants: services with changes that break nothing."""
    return read_defects(FOLDER)


def prove_variants(
    names: Iterable[str] = (),
    *,
    jobs: int = JOBS,
    progress: Progress = silent,
) -> Proof:
    """Certify each variant, or those of `names`, by the whole suite."""
    began = time.monotonic()
    wanted = set(names)
    chosen = [each for each in variants() if not wanted or each.clause in wanted]
    planned = [
        Experiment(each.clause, Assignment(each.place, profiles=EVERY), each.changes)
        for each in chosen
    ]
    differences = [(each.clause, each.what, each.diff()) for each in chosen]
    if not wanted or DRIZZLE in wanted:
        planned.append(drizzle())
        weather = planned[-1].assignment.weather
        differences.append((DRIZZLE, f"Connections in the weather {weather}", ""))
    problems: list[str] = []
    passed = {}
    with experiments(planned, jobs=jobs) as outcomes:
        for outcome in outcomes:
            name = outcome.experiment.name
            found = list(problems_of(outcome))
            passed[name] = len(outcome.with_verdict(Verdict.PASS))
            problems += found
            word = "certified" if not found else f"{len(found)} clauses are not met"
            progress(f"variant {name}: {word}, in {outcome.seconds:.0f} s")
    return Proof(
        name="legal variants",
        claim="who differs only in what is free is certified",
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


def drizzle() -> Experiment:
    """Return the variant that is none of the service's, but of the way to it."""
    return Experiment(
        DRIZZLE, Assignment(profiles=EVERY, weather=read_weather(DRIZZLE))
    )


def problems_of(outcome: Outcome) -> Iterator[str]:
    """Yield a sentence for each clause that the variant does not meet."""
    for clause, finding in outcome.findings.items():
        if finding.verdict not in GOOD:
            said = f"{finding.verdict.value} {finding.said}"
            yield f"variant {outcome.experiment.name}: {clause} is {said}"
