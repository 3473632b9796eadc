"""Capabilities off: exactly the right clauses become NOT-APPLICABLE.

The reference is measured without some of its capabilities at a time. The clauses that
need one of them must not apply, and all others must be met as before: a check that
uses in secret what its clause does not need is found out, for the suite refuses it.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator
from typing import Final

import scanwright_spec
from scanwright_conformance.assignment import Assignment
from scanwright_conformance.checks import load_checks
from scanwright_conformance.durations import is_quick
from scanwright_conformance.proof.laboratory import (
    Experiment,
    Laboratory,
    Outcome,
)
from scanwright_conformance.proof.proof import Progress, Proof, silent
from scanwright_conformance.verdict import Verdict

__all__ = [
    "GROUPS",
    "names_of",
    "never_applicable",
    "problems_of",
    "prove_withheld",
]

GROUPS: Final = (
    ("hardware", "platform"),
    ("virtual", "managed"),
    ("tls", "ca", "renewal", "documents", "check-blank", "generation-1"),
    ("manager", "web-setup", "access-prompts", "licence", "no-licence", "supervised"),
    ("origin-list", "two-origins", "open-origins", "no-documents", "duplex", "load"),
    (
        "two-scanners",
        "identity",
        "flatbed-only",
        "page-cache",
        "configurable",
        "processing",
    ),
    ("jamming-scanner", "gray", "depth-16", "page-channel"),
)
"""What is off together: kinds of capabilities, and names."""


def prove_withheld(laboratory: Laboratory, *, progress: Progress = silent) -> Proof:
    """Measure the reference without each group."""
    began = time.monotonic()
    # slow clauses are as applicable as quick ones, and need not be tried to see it
    only = tuple(clause for clause in load_checks() if is_quick(clause))
    planned = [
        Experiment(", ".join(group), Assignment(only=only, withheld=names_of(group)))
        for group in GROUPS
    ]
    outcomes = []
    for outcome in laboratory.outcomes(planned):
        outcomes.append(outcome)
        off = outcome.with_verdict(Verdict.NOT_APPLICABLE)
        progress(f"without {outcome.experiment.name}: {len(off)} do not apply")
    usual = never_applicable(outcomes)
    problems = [
        problem for outcome in outcomes for problem in problems_of(outcome, usual)
    ]
    untouched = set(scanwright_spec.CAPABILITIES) - {
        name for group in GROUPS for name in names_of(group)
    }
    problems += [f"{name} is never off" for name in sorted(untouched)]
    return Proof(
        name="capabilities off",
        claim="exactly the clauses that need a capability do not apply without it",
        tried=len(planned),
        problems=tuple(problems),
        seconds=time.monotonic() - began,
        detail={"groups": [list(group) for group in GROUPS]},
    )


def names_of(group: tuple[str, ...]) -> frozenset[str]:
    """Return the capabilities of a group; a kind stands for all of its own."""
    return frozenset(
        each.name
        for each in scanwright_spec.capabilities()
        if each.name in group or each.kind in group
    )


def never_applicable(outcomes: Iterable[Outcome]) -> frozenset[str]:
    """Return the clauses that apply in no run: what they need the reference lacks.

    The needs of no clause are off in all groups.
    """
    off = (each.with_verdict(Verdict.NOT_APPLICABLE) for each in outcomes)
    return frozenset.intersection(*off)


def problems_of(outcome: Outcome, usual: Collection[str]) -> Iterator[str]:
    """Yield a sentence for each clause that is not as it must be.

    The clauses of `usual` do not apply to the reference as it is.
    """
    without = outcome.experiment.name
    withheld = outcome.experiment.assignment.withheld
    if not outcome.with_verdict(Verdict.PASS):
        yield f"without {without} nothing is met"
    for clause in scanwright_spec.load().clauses:
        finding = outcome.findings.get(clause.id)
        if finding is None:
            continue
        is_off = finding.verdict is Verdict.NOT_APPLICABLE
        must_be_off = bool(clause.needs & withheld) or clause.id in usual
        if must_be_off and not is_off:
            yield f"{clause.id} applies without {without}"
        elif not must_be_off and finding.verdict is not Verdict.PASS:
            said = f"{finding.verdict.value} {finding.said}"
            yield f"without {without} {clause.id} is {said}"
