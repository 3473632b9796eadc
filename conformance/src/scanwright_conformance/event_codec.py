"""Events as lines of JSON and back: the form in which runs are kept and exchanged.

`events.schema.json` describes a line. A clause is written with its whole text: a
stream is read long after the catalogue has changed. Members that were added to the
form later have a default.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any, Final, TextIO

from scanwright_conformance.codec import decode, encode
from scanwright_conformance.events import Began, Ended, Event, Finished, Started
from scanwright_conformance.judgement import Judgement
from scanwright_conformance.judging import Attempt
from scanwright_conformance.results import Plan, Result, Subject
from scanwright_conformance.scope import Scope
from scanwright_conformance.verdict import Verdict
from scanwright_spec import Assurance, Clause, Level, Provenance, profile_of

__all__ = [
    "FORMAT",
    "EventError",
    "EventWriter",
    "decode_event",
    "encode_event",
    "encode_plan",
    "encode_result",
    "events_schema",
    "read_events",
]

FORMAT: Final = "scanwright-events/1"


class EventError(ValueError):
    """A line is no event of this format."""


class EventWriter:
    """A listener that writes each event as a line as soon as it happens."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def take(self, event: Event) -> None:
        """Write one line."""
        # ASCII alone: a target may answer what no encoding has, half a surrogate pair
        line = json.dumps(encode_event(event))
        self._stream.write(line + "\n")
        self._stream.flush()


def read_events(lines: Iterable[str]) -> Iterator[Event]:
    """Yield the events that lines of JSON tell of, or raise EventError."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield decode_event(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise EventError(f"line {number} is no event: {error!r}") from error


def events_schema() -> dict[str, Any]:
    """Return the JSON Schema of one event."""
    path = files("scanwright_conformance") / "events.schema.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def encode_event(event: Event) -> dict[str, Any]:
    """Return an event as JSON values."""
    match event:
        case Began():
            return {"event": "began", "format": FORMAT, **encode_plan(event.plan)}
        case Started():
            return {"event": "started", "clause": event.clause}
        case Ended():
            return {"event": "ended", **encode_result(event.result)}
        case Finished():
            return {
                "event": "finished",
                "seconds": round(event.seconds, 3),
                "traces": list(event.traces),
                "is_interrupted": event.is_interrupted,
            }


def decode_event(value: Mapping[str, Any]) -> Event:
    """Return the event that `encode_event` made JSON of."""
    match value["event"]:
        case "began":
            if value["format"] != FORMAT:
                raise EventError(f"the format is {value['format']!r}, not {FORMAT!r}")
            return Began(_decode_plan(value))
        case "started":
            return Started(str(value["clause"]))
        case "ended":
            return Ended(_decode_result(value))
        case "finished":
            return Finished(
                float(value["seconds"]),
                tuple(value.get("traces", ())),
                bool(value.get("is_interrupted")),
            )
    raise EventError(f"no event is called {value['event']!r}")


def encode_plan(plan: Plan) -> dict[str, Any]:
    """Return what a run is about to do as JSON values."""
    subject, scope = plan.subject, plan.scope
    return {
        "suite_version": plan.suite_version,
        "began_at": plan.began_at.isoformat(timespec="seconds"),
        "seed": plan.seed,
        "pace": round(plan.pace, 3),
        "target": {
            "name": subject.name,
            "version": subject.version,
            "assurance": subject.assurance,
            "addresses": dict(subject.addresses),
            "capabilities": list(subject.capabilities),
            "scanners": dict(subject.devices),
            "discrepancies": list(subject.discrepancies),
            "description": subject.description,
        },
        "scope": {
            "profiles": list(scope.profiles),
            "level": scope.level.value,
            "only": sorted(scope.only),
        },
        "environment": dict(plan.environment),
        "clauses": [_encode_clause(clause) for clause in plan.clauses],
    }


def encode_result(result: Result) -> dict[str, Any]:
    """Return the verdict about a clause, with all its evidence, as JSON values."""
    return {
        "clause": _encode_clause(result.clause),
        "verdict": result.verdict.value,
        "is_binding": result.is_binding,
        "reason": result.reason,
        "seconds": round(result.seconds, 3),
        "attempts": [_encode_attempt(attempt) for attempt in result.attempts],
    }


def _encode_clause(clause: Clause) -> dict[str, Any]:
    return {
        "id": clause.id,
        "area": clause.area,
        "profile": profile_of(clause),
        "level": clause.level.value,
        "provenance": clause.provenance.value,
        "detail": clause.detail,
        "decides": list(clause.decides),
        "needs": sorted(clause.needs),
        "text": clause.text,
        "line": clause.line,
    }


def _encode_attempt(attempt: Attempt) -> dict[str, Any]:
    judgement = attempt.judgement
    return {
        "seconds": round(attempt.seconds, 3),
        "unsupported": attempt.unsupported,
        "error": attempt.error,
        "judge_error": attempt.judge_error,
        "judgement": None
        if judgement is None
        else {
            "is_met": judgement.is_met,
            "expected": judgement.expected,
            "observed": judgement.observed,
            "labels": list(judgement.labels),
        },
        "transcript": encode(attempt.transcript),
    }


def _decode_plan(value: Mapping[str, Any]) -> Plan:
    target, scope = value["target"], value["scope"]
    return Plan(
        subject=Subject(
            name=target["name"],
            version=target.get("version", ""),
            assurance=target["assurance"],
            addresses=target["addresses"],
            capabilities=tuple(target["capabilities"]),
            devices=target["scanners"],
            discrepancies=tuple(target.get("discrepancies", ())),
            description=target.get("description", ""),
        ),
        scope=Scope(
            profiles=tuple(scope["profiles"]),
            level=Assurance(scope["level"]),
            only=frozenset(scope["only"]),
        ),
        clauses=tuple(_decode_clause(clause) for clause in value["clauses"]),
        seed=int(value["seed"]),
        began_at=datetime.fromisoformat(value["began_at"]),
        suite_version=value["suite_version"],
        pace=float(value.get("pace", 1.0)),
        environment=value.get("environment", {}),
    )


def _decode_result(value: Mapping[str, Any]) -> Result:
    return Result(
        clause=_decode_clause(value["clause"]),
        verdict=Verdict(value["verdict"]),
        is_binding=bool(value["is_binding"]),
        attempts=tuple(_decode_attempt(each) for each in value["attempts"]),
        reason=value.get("reason", ""),
    )


def _decode_clause(value: Mapping[str, Any]) -> Clause:
    return Clause(
        id=value["id"],
        level=Level(value["level"]),
        provenance=Provenance(value["provenance"]),
        detail=value["detail"],
        decides=tuple(value["decides"]),
        needs=frozenset(value["needs"]),
        text=value["text"],
        area=value["area"],
        line=int(value["line"]),
    )


def _decode_attempt(value: Mapping[str, Any]) -> Attempt:
    judgement = value.get("judgement")
    return Attempt(
        transcript=decode(value["transcript"]),
        seconds=float(value["seconds"]),
        judgement=None
        if judgement is None
        else Judgement(
            is_met=bool(judgement["is_met"]),
            expected=judgement.get("expected", ""),
            observed=judgement.get("observed", ""),
            labels=tuple(judgement.get("labels", ())),
        ),
        unsupported=value.get("unsupported", ""),
        error=value.get("error", ""),
        judge_error=value.get("judge_error", ""),
    )
