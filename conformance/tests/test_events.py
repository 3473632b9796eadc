"""The event stream: told to all, and put together again."""

from __future__ import annotations

import io
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import jsonschema
import pytest
from aiohttp import web

import scanwright_spec
from scanwright_conformance.assignment import Assignment
from scanwright_conformance.certification import certify_target
from scanwright_conformance.event_codec import (
    EventWriter,
    events_schema,
    read_events,
)
from scanwright_conformance.events import (
    Began,
    Ended,
    Event,
    Finished,
    Fold,
    Started,
    run_of,
    tell,
)
from scanwright_conformance.results import Plan, Result, Subject
from scanwright_conformance.scope import Scope
from scanwright_conformance.verdict import Verdict

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]

SPECIFICATION = scanwright_spec.load()
PORTS = SPECIFICATION.clause("PORTS-core-http")
SETTINGS = SPECIFICATION.clause("SERVER-settings")
LEVEL = SPECIFICATION.clause("SERVER-log-level")
PLAN = Plan(
    Subject("t", {}, (), {}, "L1"),
    Scope(),
    (LEVEL, PORTS, SETTINGS),
    7,
    datetime(2026, 11, 23, tzinfo=UTC),
    "0",
)


class Ear:
    """A listener that keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[Event] = []

    def take(self, event: Event) -> None:
        """Keep it."""
        self.heard.append(event)


def test_everybody_hears_of_everything() -> None:
    """No listener is left out, and the order is kept."""
    ears = Ear(), Ear()
    for event in (Began(PLAN), Started("PORTS-core-http")):
        tell(ears, event)
    assert ears[0].heard == ears[1].heard == [Began(PLAN), Started("PORTS-core-http")]


def test_results_are_put_into_the_order_of_the_specification() -> None:
    """In whatever order clauses were tried, readers find them where they belong."""
    ended = [Ended(Result(clause, Verdict.PASS)) for clause in PLAN.clauses]
    run = run_of([Began(PLAN), *ended, Finished(2.5, ("a job",))])
    assert [each.clause for each in run.results] == [PORTS, SETTINGS, LEVEL]
    assert (run.seconds, run.traces, run.plan) == (2.5, ("a job",), PLAN)


def test_a_stream_that_was_cut_off_gives_what_it_has() -> None:
    """What was planned and not tried is NOT-RUN: nobody is certified by it."""
    run = run_of([Began(PLAN), Started(PORTS.id), Ended(Result(PORTS, Verdict.FAIL))])
    verdicts = {each.clause.id: each.verdict for each in run.results}
    assert verdicts.pop(PORTS.id) is Verdict.FAIL
    assert set(verdicts.values()) == {Verdict.NOT_RUN}


def test_without_a_beginning_there_is_no_run() -> None:
    """Results of nobody knows what are no run."""
    with pytest.raises(ValueError, match="does not say what began"):
        _ = Fold().run


@pytest.mark.slow
async def test_the_stream_of_a_real_run_is_what_its_schema_says(serve: Serve) -> None:
    """Each line keeps to the schema, and all of them together are the run."""

    async def settings(request: web.Request) -> web.Response:
        status = 200 if request.path == "/api/server" else 404
        return web.json_response({"logLevel": 30}, status=status)

    stream = io.StringIO()
    only = ("SERVER-settings", "SERVER-log-level", "PORTS-core-http")
    assignment = Assignment(await serve(settings), only, repeats=0)
    run = await certify_target(assignment, EventWriter(stream))
    lines = stream.getvalue().splitlines()
    validator = jsonschema.Draft202012Validator(events_schema())
    for line in lines:
        validator.validate(json.loads(line))
    again = run_of(read_events(lines))
    assert again.plan.clauses == run.plan.clauses
    assert [each.verdict for each in again.results] == [
        each.verdict for each in run.results
    ]
