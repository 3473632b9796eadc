"""A run survives the way into lines of JSON and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright_conformance.canned import answered, asked, resulted, talk, unanswered
from scanwright_conformance.event_codec import (
    EventError,
    EventWriter,
    decode_event,
    encode_event,
    events_schema,
    read_events,
)
from scanwright_conformance.events import Began, Ended, Event, Finished, Started
from scanwright_conformance.judgement import Judgement
from scanwright_conformance.judging import Attempt
from scanwright_conformance.results import Plan, Result, Subject
from scanwright_conformance.scope import Scope
from scanwright_conformance.transcript import Fact, Handshake, Transcript
from scanwright_conformance.verdict import Verdict
from scanwright_spec import PROFILES, Assurance, Level, Provenance, load

texts = st.text(max_size=12) | st.just("\ud800")
several = st.lists(texts, max_size=3).map(tuple)
mappings = st.dictionaries(texts, texts, max_size=3)
# times are kept in milliseconds
seconds = st.integers(0, 10_000_000).map(lambda number: number / 1000)
clauses = st.sampled_from(load().clauses)
transcripts = st.builds(
    Transcript,
    st.sampled_from([(), (answered("x", json={"a": 1}),), (Fact("y", [None]),)]),
    texts,
)
judgements = st.builds(
    Judgement, is_met=st.booleans(), expected=texts, observed=texts, labels=several
)
attempts = st.builds(
    Attempt, transcripts, seconds, st.none() | judgements, texts, texts, texts
)
results = st.builds(
    Result,
    clauses,
    st.sampled_from(Verdict),
    st.booleans(),
    st.lists(attempts, max_size=2).map(tuple),
    texts,
)
plans = st.builds(
    Plan,
    subject=st.builds(
        Subject, texts, mappings, several, mappings, texts, texts, several, texts
    ),
    scope=st.builds(
        Scope,
        st.lists(st.sampled_from(sorted(PROFILES)), max_size=2).map(tuple),
        st.sampled_from(Assurance),
        st.frozensets(texts, max_size=2),
    ),
    clauses=st.lists(clauses, max_size=2).map(tuple),
    seed=st.integers(0, 10**6),
    began_at=st.datetimes(datetime(2020, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - `timezones` adds it
        lambda moment: moment.replace(microsecond=0)
    ),
    suite_version=texts,
    pace=seconds,
    environment=mappings,
)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(Began, plans),
    st.builds(Started, texts),
    st.builds(Ended, results),
    st.builds(Finished, seconds, several, st.booleans()),
)


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(st.lists(events, max_size=3))
def test_a_stream_comes_back_as_it_was(told: list[Event]) -> None:
    """Whatever a target said, in whatever encoding the file is."""
    file = StringIO()
    writer = EventWriter(file)
    for event in told:
        writer.take(event)
    assert (
        list(read_events(file.getvalue().encode("ascii").decode().split("\n"))) == told
    )


def plan() -> Plan:
    """Return a plan of one clause."""
    return Plan(
        subject=Subject("tiny", {}, (), {}, "L1"),
        scope=Scope(),
        clauses=load().clauses[:1],
        seed=1,
        began_at=datetime(2026, 11, 23, tzinfo=UTC),
        suite_version="0.1.0",
    )


def stream() -> tuple[Event, ...]:
    """Return a run in which everything happens that a line can tell."""
    page = Handshake("tls", "h:1", "h", "TLSv1.3", b"certificate")
    said = talk("w", asked("a"), resulted("a"), headers=(("Origin", "x"),))
    others = (unanswered("y"), page, said, talk("v", status=None), Fact("z", [None]))
    entries = (answered("x", json={"a": 1}), *others)
    wrong = Judgement(is_met=False, expected="200", observed="404", labels=("x",))
    attempts = (
        Attempt(Transcript(entries, "stopped"), 0.5, wrong),
        Attempt(Transcript(()), 0.1, error="KeyError"),
    )
    clause = load().clauses[0]
    result = Result(clause, Verdict.ERROR, is_binding=True, attempts=attempts)
    traces = ("a job was left",)
    return Began(plan()), Started(clause.id), Ended(result), Finished(2.5, traces)


def problems(line: dict[str, Any]) -> list[str]:
    """Return what the schema says against a line."""
    validator = jsonschema.Draft202012Validator(events_schema())
    return [error.message for error in validator.iter_errors(line)]


@pytest.mark.parametrize("event", stream())
def test_each_line_is_as_the_schema_says(event: Event) -> None:
    """So that others can read it."""
    line = json.loads(json.dumps(encode_event(event)))
    assert problems(line) == []
    assert decode_event(line) == event


@pytest.mark.parametrize("event", stream())
def test_the_schema_is_closed(event: Event) -> None:
    """A member that it does not know is a mistake in one of them."""
    assert problems({**encode_event(event), "surprise": 1})


def test_the_schema_knows_every_word() -> None:
    """Verdicts, levels, provenances and levels of assurance."""
    text = json.dumps(events_schema())
    for words in (Verdict, Level, Provenance, Assurance):
        assert [word for word in words if f'"{word.value}"' not in text] == []


def test_a_run_is_written_as_it_happens_and_read_again() -> None:
    """A line is there as soon as its event was."""
    file, events = StringIO(), stream()
    writer = EventWriter(file)
    for number, event in enumerate(events, start=1):
        writer.take(event)
        assert len(list(read_events(file.getvalue().splitlines()))) == number
    assert tuple(read_events(file.getvalue().splitlines())) == events


Shorten = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("event", "shorten"),
    [
        (Began(plan()), lambda line: line.pop("pace")),
        (Began(plan()), lambda line: line.pop("environment")),
        (Began(plan()), lambda line: line["target"].pop("version")),
        (Began(plan()), lambda line: line["target"].pop("discrepancies")),
        (Began(plan()), lambda line: line["target"].pop("description")),
        (Finished(1.0), lambda line: line.pop("traces")),
        (Finished(1.0), lambda line: line.pop("is_interrupted")),
        (
            Ended(Result(load().clauses[0], Verdict.PASS)),
            lambda line: line.pop("reason"),
        ),
        (Started("X-y"), lambda line: line.update(later="unknown")),
    ],
)
def test_lines_of_other_versions_are_read(event: Event, shorten: Shorten) -> None:
    """What was added later has a default; what is unknown is passed over."""
    line = encode_event(event)
    shorten(line)
    assert decode_event(line) == event


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "{}",
        '{"event": "other"}',
        '{"event": "began", "format": "scanwright-events/9"}',
        '{"event": "ended", "clause": 5}',
    ],
)
def test_what_is_no_event_is_refused_with_its_line(line: str) -> None:
    """So that it can be found."""
    with pytest.raises(EventError, match="line 2"):
        list(read_events(["", line]))
