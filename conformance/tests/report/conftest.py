"""A run with every verdict in it, for every report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

import scanwright_spec
from scanwright_conformance.canned import answered, unanswered
from scanwright_conformance.judgement import Judgement
from scanwright_conformance.judging import Attempt
from scanwright_conformance.results import Plan, Result, Run, Subject
from scanwright_conformance.scope import Scope
from scanwright_conformance.transcript import (
    Exchange,
    Fact,
    Handshake,
    Request,
    Transcript,
)
from scanwright_conformance.verdict import Verdict

VOID = {"meta", "input"}
HOSTILE = "<script>alert('x')</script> & \x00\x1b[31m ]]> `|` @all \u2028 \ud800"

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
GOOD = Attempt(Transcript(()), 0.1, Judgement(is_met=True))
BAD = Attempt(TRANSCRIPT, 0.2, WRONG)


def result_of(verdict: Verdict, clause: scanwright_spec.Clause) -> Result:
    """Return a result as the runner would give it."""
    is_binding = clause.level.is_required and verdict is not Verdict.WARN
    match verdict:
        case Verdict.FAIL | Verdict.WARN:
            return Result(clause, verdict, is_binding, (BAD, BAD))
        case Verdict.FLAKY:
            reason = "failed 1 of 2 times"
            return Result(clause, verdict, is_binding, (GOOD, BAD), reason)
        case Verdict.PASS:
            return Result(clause, verdict, is_binding, (GOOD,))
    return Result(clause, verdict, is_binding, reason=f"because {HOSTILE}")


@pytest.fixture
def run() -> Run:
    """Return a run whose results have every verdict, in two areas and more."""
    clauses = scanwright_spec.load().clauses[:40]
    verdicts = list(Verdict)
    results = tuple(
        result_of(verdicts[number % len(verdicts)], clause)
        for number, clause in enumerate(clauses)
    )
    subject = Subject(
        name=f"target {HOSTILE}",
        addresses={"api": "http://127.0.0.1:18622"},
        capabilities=("scanner", "tls"),
        devices={"scanner": f"Virtual One {HOSTILE}"},
        assurance="L2",
        version="1.2",
        discrepancies=(f"`duplex` is declared and not seen {HOSTILE}",),
        description=f"[target]\nname = {HOSTILE}\n",
    )
    plan = Plan(
        subject=subject,
        scope=Scope(),
        clauses=clauses[::-1],
        seed=7,
        began_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
        suite_version="0.1.0",
        environment={"system": "Linux"},
    )
    return Run(plan, results, 12.3, (f"a job {HOSTILE}",))


class Reader(HTMLParser):
    """Follows the elements, and notes what loads something from elsewhere or runs."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.loads: list[str] = []
        self.handlers: list[str] = []
        self.programs = 0
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open `tag`."""
        names = dict(attrs)
        self.handlers += [name for name in names if name.startswith("on")]
        self.loads += [
            str(value)
            for name, value in names.items()
            if name in {"src", "href"} and not str(value).startswith("#")
        ]
        if identity := names.get("id"):
            self.ids.append(identity)
        self.programs += tag == "script" and names.get("type") is None
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close `tag`, which must be the one that is open."""
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep what can be read."""
        self.text += data


Read = Callable[[str], Reader]


@pytest.fixture
def read() -> Read:
    """Return what reads a document, or a part of one."""

    def reading(document: str) -> Reader:
        reader = Reader()
        reader.feed(document)
        reader.close()
        assert reader.open == []
        assert len(reader.ids) == len(set(reader.ids))
        return reader

    return reading
