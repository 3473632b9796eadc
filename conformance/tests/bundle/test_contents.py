"""The members of a bundle: all from the events, and without a secret."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from scanwright_conformance.bundle.contents import (
    contents_of,
    events_in,
    manifest_of,
    roll_up_of,
    without_secrets,
)
from scanwright_conformance.canned import answered
from scanwright_conformance.events import Began, Ended, Event, Finished, Started
from scanwright_conformance.results import Result
from scanwright_conformance.verdict import RollUp

Events = tuple[Event, ...]
Made = Callable[..., Events]
Tried = Callable[..., Result]

KEY = "t0123-secret"


def test_events_come_back_as_they_were(passing: Events) -> None:
    """The run itself is a member."""
    assert events_in(contents_of(passing)["events.ndjson"]) == passing


def test_the_manifest_is_first_and_about_all_others(passing: Events) -> None:
    """With size and hash of each."""
    members = contents_of(passing)
    assert next(iter(members)) == "manifest.json"
    said = json.loads(members.pop("manifest.json"))["members"]
    assert said == {
        name: {"sha256": sha256(data).hexdigest(), "size": len(data)}
        for name, data in members.items()
    }


def test_equal_runs_have_equal_members(passing: Events) -> None:
    """No clock and no chance is in them."""
    assert contents_of(passing) == contents_of(tuple(passing))


def test_the_catalogue_has_the_texts_of_then(passing: Events) -> None:
    """With their hashes, and the version of the suite."""
    catalogue = json.loads(contents_of(passing)["catalogue.json"])
    (clause,) = catalogue["clauses"]
    assert clause["id"] == "SERVER-settings"
    assert clause["level"] == "MUST"
    assert clause["sha256"] == sha256(clause["text"].encode()).hexdigest()


def test_a_target_without_description_gets_one(passing: Events) -> None:
    """It is a target.toml, whatever the target is called."""
    began = passing[0]
    assert isinstance(began, Began)
    subject = replace(began.plan.subject, name='odd "\U0001f5a8" name')
    events = (Began(replace(began.plan, subject=subject)), *passing[1:])
    found = tomllib.loads(contents_of(events)["target.toml"].decode())
    assert found["target"]["name"] == 'odd "\U0001f5a8" name'
    assert found["target"]["api"] == "http://127.0.0.1:18622"


def test_what_no_encoding_has_can_be_kept(made: Made, tried: Tried) -> None:
    """A target may say half a surrogate pair wherever it says something."""
    settings = answered("settings", body=b'{"logLevel": "\\ud800"}')
    (began, *rest) = made(tried("SERVER-settings", settings))
    assert isinstance(began, Began)
    subject = replace(began.plan.subject, version="\ud800")
    events = (Began(replace(began.plan, subject=subject)), *rest)
    assert events_in(contents_of(events)["events.ndjson"]) == events


def test_a_run_is_created_at_its_end(passing: Events) -> None:
    """Unless its verdicts were given later."""
    later = datetime(2027, 1, 1, tzinfo=UTC)
    assert manifest_of(passing).created == datetime(2026, 11, 23, 9, 30, 2, tzinfo=UTC)
    assert manifest_of(passing, created=later).created == later


def test_a_run_that_was_cut_short_is_incomplete(passing: Events) -> None:
    """What passed until then certifies nothing."""
    assert roll_up_of(passing) is RollUp.SELECTION
    assert roll_up_of(passing[:-1]) is RollUp.INCOMPLETE
    assert roll_up_of((passing[0], passing[-1])) is RollUp.INCOMPLETE
    interrupted = Finished(1.0, is_interrupted=True)
    assert roll_up_of((*passing[:-1], interrupted)) is RollUp.INCOMPLETE


def test_a_failure_outweighs_that_a_run_was_cut_short(failing: Events) -> None:
    """What is broken stays broken."""
    assert roll_up_of(failing[:-1]) is RollUp.FAILED


def test_secrets_are_hidden_in_every_event(made: Made, tried: Tried) -> None:
    """In what was said, judged and found out, and about the target."""
    echo = answered("settings", json={"logLevel": KEY})
    began, ended, _ = made(tried("SERVER-settings", echo))
    assert isinstance(began, Began)
    assert isinstance(ended, Ended)
    subject = replace(
        began.plan.subject,
        name=f"http://anna:{KEY}@h:1",
        addresses={"api": f"http://anna:{KEY}@h:1"},
        discrepancies=(f"with {KEY}",),
        description=f"[licence]\nkey = '{KEY}'\n",
    )
    plan = replace(began.plan, subject=subject, environment={"X": KEY})
    events: Events = (
        Began(plan),
        Started("SERVER-settings"),
        Ended(replace(ended.result, reason=KEY)),
        Finished(1.0, (f"left {KEY}",)),
    )
    assert KEY in str(ended.result.judgement)
    assert KEY not in str([without_secrets(event, [KEY]) for event in events])
