"""What is in a bundle: the run itself, and views of it that a stranger can open.

All is computed from the events, so that a reader can compute it again and compare.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.bundle.har import har_of
from scanwright_conformance.bundle.manifest import (
    MANIFEST,
    Manifest,
    Origin,
    encode_manifest,
)
from scanwright_conformance.bundle.readme import readme
from scanwright_conformance.event_codec import encode_event, read_events
from scanwright_conformance.events import Began, Ended, Event, Finished, run_of
from scanwright_conformance.redact import (
    redact_attempt,
    redact_description,
    redact_text,
)
from scanwright_conformance.verdict import RollUp

if TYPE_CHECKING:
    from scanwright_conformance.results import Plan
    from scanwright_spec import Clause

__all__ = [
    "EVENTS",
    "contents_of",
    "events_in",
    "manifest_of",
    "roll_up_of",
    "without_secrets",
]

EVENTS: Final = "events.ndjson"


def contents_of(
    events: Sequence[Event],
    *,
    created: datetime | None = None,
    origin: Origin | None = None,
) -> dict[str, bytes]:
    """Return all members of a bundle, in their order.

    `created` is the end of the run, unless its conversations are judged once more.
    """
    lines = "".join(f"{json.dumps(encode_event(event))}\n" for event in events)
    # made from what can be read back, so that everybody can make the same from it
    kept = events_in(lines.encode())
    manifest = manifest_of(kept, created=created, origin=origin)
    plan = run_of(kept).plan
    results = [event.result for event in kept if isinstance(event, Ended)]
    members = {
        "README.txt": _text(readme(manifest)),
        EVENTS: lines.encode(),
        "transcripts.har": json.dumps(har_of(plan, results)).encode(),
        "catalogue.json": _json(_catalogue(plan)),
        "target.toml": _text(_description(plan)),
        "environment.json": _json(dict(plan.environment)),
    }
    return {MANIFEST: _json(encode_manifest(manifest, members)), **members}


def events_in(data: bytes) -> tuple[Event, ...]:
    """Return the events that a member has; EventError where it has something else."""
    return tuple(read_events(data.decode("utf-8").split("\n")))


def manifest_of(
    events: Sequence[Event],
    *,
    created: datetime | None = None,
    origin: Origin | None = None,
) -> Manifest:
    """Return what a bundle of `events` has to say about itself."""
    run = run_of(events)
    ended_at = run.began_at + timedelta(seconds=int(run.seconds))
    return Manifest(
        created=created or ended_at,
        suite_version=run.suite_version,
        seed=run.plan.seed,
        target_name=run.subject.name,
        target_version=run.subject.version,
        roll_up=roll_up_of(events),
        origin=origin,
    )


def roll_up_of(events: Iterable[Event]) -> RollUp:
    """Return what follows from a run; one that did not get through is incomplete."""
    return run_of(events).roll_up


def without_secrets(event: Event, secrets: Iterable[str] = ()) -> Event:
    """Return `event` without what is secret by its place, or is in `secrets`."""
    known = tuple(secrets)
    match event:
        case Began():
            return Began(_plan_without(event.plan, known))
        case Ended():
            result = event.result
            attempts = tuple(redact_attempt(each, known) for each in result.attempts)
            reason = redact_text(result.reason, known)
            return Ended(replace(result, attempts=attempts, reason=reason))
        case Finished():
            traces = tuple(redact_text(each, known) for each in event.traces)
            return replace(event, traces=traces)
    return event


def _plan_without(plan: Plan, secrets: Sequence[str]) -> Plan:
    subject = plan.subject
    hidden = replace(
        subject,
        name=redact_text(subject.name, secrets),
        addresses={
            port: redact_text(url, secrets) for port, url in subject.addresses.items()
        },
        discrepancies=tuple(
            redact_text(each, secrets) for each in subject.discrepancies
        ),
        description=redact_description(subject.description, secrets),
    )
    environment = {
        name: redact_text(text, secrets) for name, text in plan.environment.items()
    }
    return replace(plan, subject=hidden, environment=environment)


def _catalogue(plan: Plan) -> dict[str, Any]:
    """Return the clauses as they were when they were tried."""
    return {
        "suite_version": plan.suite_version,
        "clauses": [_clause(each) for each in sorted(plan.clauses, key=lambda c: c.id)],
    }


def _clause(clause: Clause) -> dict[str, Any]:
    return {
        "id": clause.id,
        "level": clause.level.value,
        "needs": sorted(clause.needs),
        "text": clause.text,
        "sha256": sha256(clause.text.encode()).hexdigest(),
    }


def _description(plan: Plan) -> str:
    """Return the target.toml of the run, or what one would say of an address alone."""
    subject = plan.subject
    if subject.description:
        return subject.description
    lines = ["# The target was given by its address; there was no description.", ""]
    lines += ["[target]", f"name = {_quoted(subject.name)}"]
    lines += [f"{port} = {_quoted(url)}" for port, url in subject.addresses.items()]
    has = json.dumps(list(subject.capabilities))
    return "\n".join([*lines, "", "[capabilities]", f"has = {has}", ""])


def _quoted(text: str) -> str:
    """Return a string of TOML, which escapes as JSON does, but for pairs of halves."""
    return json.dumps(text, ensure_ascii=False)


def _text(text: str) -> bytes:
    # a target may give itself a name that no encoding has
    return text.encode("utf-8", "backslashreplace")


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=1) + "\n").encode()
