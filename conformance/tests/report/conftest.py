"""A run with every verdict in it, for every report."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import scanwright_spec
from scanwright_conformance.canned import answered, unanswered
from scanwright_conformance.judgement import Judgement
from scanwright_conformance.results import Result, Run, Subject
from scanwright_conformance.transcript import (
    Exchange,
    Fact,
    Handshake,
    Request,
    Transcript,
)
from scanwright_conformance.verdict import Verdict

HOSTILE = "<script>alert('x')</script> & \x00\x1b[31m ]]>"

TRANSCRIPT = Transcript(
    (
        answered("create", 201, json={"jobuid": "1", "echo": HOSTILE}, method="POST"),
        unanswered("page-1"),
        Exchange("raw", Request("GET", "http://h:1", raw=b"GET /\x00'%\r\n\r\n"), None),
        Handshake("tls", "h:1", "localhost", None, None, "handshake failure"),
        Fact("stop", {"seen": HOSTILE}),
    ),
    stopped="'create' made no job",
)
WRONG = Judgement(
    is_met=False,
    expected="409 / -1011",
    observed=f"200 with {HOSTILE}",
    labels=("create", "raw"),
)


def result_of(verdict: Verdict, clause: scanwright_spec.Clause) -> Result:
    """Return a result as the runner would give it."""
    if verdict in {Verdict.FAIL, Verdict.WARN, Verdict.FLAKY}:
        return Result(clause, verdict, WRONG, TRANSCRIPT, "", 3, 0.5)
    if verdict is Verdict.PASS:
        met = Judgement(is_met=True)
        return Result(clause, verdict, met, Transcript(()), "", 1, 0.1)
    return Result(clause, verdict, reason=f"because {HOSTILE}")


@pytest.fixture
def run() -> Run:
    """Return a run whose results have every verdict, in two areas and more."""
    clauses = scanwright_spec.load().clauses
    verdicts = list(Verdict)
    results = tuple(
        result_of(verdicts[number % len(verdicts)], clause)
        for number, clause in enumerate(clauses[:40])
    )
    return Run(
        subject=Subject(
            name=f"target {HOSTILE}",
            addresses={"api": "http://127.0.0.1:18622"},
            capabilities=("scanner", "tls"),
            devices={"scanner": "Virtual One"},
            assurance="L2",
        ),
        results=results,
        began_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
        seconds=12.3,
        suite_version="0.1.0",
    )
