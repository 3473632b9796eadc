"""The judges of how jobs come to be, start, and end by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.jobs import (
    Autorun,
    Completes,
    Create,
    CreateEmpty,
    Start,
    Status,
)
from scanwright_conformance.transcript import Entry, Exchange, Fact

SCANNER = {"name": "One", "type": 512, "device": "{one}"}
OTHER = {"name": "Two", "type": 256, "device": "{two}"}


def created(label: str = "create", scanner: Any = SCANNER, **members: Any) -> Exchange:
    """Return the answer of a creation."""
    body = {"jobuid": "7", "status": "pending", "scanner": scanner, **members}
    return answered(label, 201, json=body, method="POST")


def status(label: str, state: str, **members: Any) -> Exchange:
    """Return the answer to a question for a job's status."""
    return answered(label, json={"status": state, "code": 0, "message": "", **members})


def test_a_creation_that_says_what_it_made_is_one() -> None:
    """A creation answers 201 with id, status and the scanner of the listing."""
    assert judged(Create, Fact("listed", SCANNER), created()).is_met


@pytest.mark.parametrize(
    ("answer", "observed"),
    [
        (created(jobuid=""), "''"),
        (created(jobuid=7), "an integer 7"),
        (created(status="ready"), "ready"),
        (created(scanner={"name": "One", "type": 512}), "nothing"),
        (created(scanner=OTHER), "scanner.name Two"),
        (created(scanner={**SCANNER, "type": 256}), "scanner.type 256"),
        (created(scanner={**SCANNER, "device": "{two}"}), "scanner.device {two}"),
        (answered("create", 200, json={}), "200 with {}"),
    ],
)
def test_a_creation_leaves_nothing_out(answer: Exchange, observed: str) -> None:
    """Each member of a creation's answer has to be there, and right."""
    seen = judged(Create, Fact("listed", SCANNER), answer)
    assert (seen.is_met, seen.observed) == (False, observed)


def empty(**changes: Entry) -> tuple[Entry, ...]:
    """Return a conversation about creations that ask for nothing."""
    entries = {
        "create": created(scanner=OTHER),
        "empty-object": created("empty-object", OTHER),
        "empty-body": created("empty-body", OTHER),
        "default-listing": answered("default-listing", json=[SCANNER, OTHER]),
        "whole-listing": answered("whole-listing", json=[OTHER, SCANNER]),
        "fresh": created("fresh", SCANNER),
    }
    renamed = {label.replace("_", "-"): entry for label, entry in changes.items()}
    return tuple((entries | renamed).values())


def test_who_asks_for_nothing_gets_the_last_scanner() -> None:
    """Nothing gives the scanner used last, in a new service the first."""
    assert judged(CreateEmpty, *empty()).is_met


def test_who_asks_for_nothing_does_not_get_another_scanner() -> None:
    """The first scanner is not the one that was used last."""
    seen = judged(CreateEmpty, *empty(empty_body=created("empty-body", SCANNER)))
    assert (seen.is_met, seen.labels) == (False, ("empty-body",))


@pytest.mark.parametrize("label", ["empty-object", "empty-body", "fresh"])
def test_who_asks_for_nothing_gets_a_new_job(label: str) -> None:
    """Another status than 201 tells of no creation."""
    body = {"jobuid": "7", "scanner": SCANNER if label == "fresh" else OTHER}
    seen = judged(CreateEmpty, *empty(**{label: answered(label, json=body)}))
    assert (seen.is_met, seen.labels) == (False, (label,))


def test_a_new_service_takes_the_first_of_the_default_listing() -> None:
    """The first of all is only right where the default listing is empty."""
    third = {**SCANNER, "device": "{three}"}
    assert not judged(CreateEmpty, *empty(fresh=created("fresh", third))).is_met
    listing = answered("default-listing", json=[])
    fresh = created("fresh", SCANNER)
    first = answered("whole-listing", json=[SCANNER])
    entries = empty(default_listing=listing, whole_listing=first, fresh=fresh)
    assert judged(CreateEmpty, *entries).is_met


AUTORUN = {
    "ended": status("ended", "completed"),
    "ended-true": status("ended-true", "completed"),
    "create-false": created("create-false"),
    "still-pending": status("still-pending", "pending"),
}


def test_jobs_run_by_themselves_unless_they_must_not() -> None:
    """Jobs without autoRun and with true complete, those with false stay pending."""
    assert judged(Autorun, *AUTORUN.values()).is_met


def test_a_job_that_is_not_to_run_does_not() -> None:
    """A job with autoRun false that runs after all breaks the rule."""
    ran = AUTORUN | {"still-pending": status("still-pending", "completed")}
    seen = judged(Autorun, *ran.values())
    assert (seen.is_met, seen.observed) == (False, "status completed")


@pytest.mark.parametrize("label", AUTORUN)
def test_each_of_the_three_is_looked_at(label: str) -> None:
    """A job that runs still has not completed, and is not pending."""
    running = AUTORUN | {label: status(label, "running")}
    seen = judged(Autorun, *running.values())
    assert (seen.is_met, seen.labels) == (False, (label,))


def test_a_job_that_never_runs_stops_the_conversation() -> None:
    """A job that stays pending although it is to run breaks the rule."""
    waiting = status("ended", "pending")
    assert not judged(Autorun, waiting, stopped="never completed").is_met


STATUS = {
    "status-1": status("status-1", "pending"),
    "status-2": status("status-2", "running"),
    "ended": status("ended", "completed"),
}


def test_a_status_is_a_state_a_code_and_a_message() -> None:
    """A status has a known state, the code 0 and a message that may be empty."""
    assert judged(Status, *STATUS.values()).is_met


def test_only_a_fault_has_a_code() -> None:
    """Any code is right for a faulted job, as far as this clause goes."""
    faulted = STATUS | {"ended": status("ended", "faulted", code=-1020)}
    assert judged(Status, *faulted.values()).is_met


@pytest.mark.parametrize("code", ["0", -1020, None, False])
def test_the_code_is_a_number_and_zero_without_a_fault(code: object) -> None:
    """A text, and a code other than 0 of a job that is well, break the rule."""
    bad = STATUS | {"status-2": status("status-2", "running", code=code)}
    assert judged(Status, *bad.values()).labels == ("status-2",)


@pytest.mark.parametrize(
    "wrong",
    [
        answered("ended", 500, json={"status": "running", "code": 0, "message": ""}),
        answered("ended", json={"status": "completed", "code": 0}),
        status("ended", "completed", message=7),
    ],
    ids=["an error", "no message", "a number"],
)
def test_a_status_is_answered_with_all_of_it(wrong: Exchange) -> None:
    """An error is no status, and the message is a text."""
    seen = judged(Status, *(STATUS | {"ended": wrong}).values())
    assert (seen.is_met, seen.labels) == (False, ("ended",))


def test_a_pending_job_starts() -> None:
    """A start answers 200 with running, or with completed when it was quick."""
    start = answered("start", json={"status": "running"})
    assert judged(Start, start, status("ended", "completed")).is_met
    quick = answered("start", json={"status": "completed"})
    assert judged(Start, quick, status("ended", "completed")).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        answered("start", 202, json={"status": "running"}),
        answered("ended", 404, json={"status": "completed"}),
    ],
)
def test_a_start_of_another_status_is_none(wrong: Exchange) -> None:
    """The start is answered 200, and the job is there until its end."""
    entries = {
        "start": answered("start", json={"status": "running"}),
        "ended": status("ended", "completed"),
    }
    seen = judged(Start, *(entries | {wrong.label: wrong}).values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))


def test_a_start_that_is_only_acknowledged_is_none() -> None:
    """A start after which the job still is pending breaks the rule."""
    start = answered("start", json={"status": "pending"})
    seen = judged(Start, start, status("ended", "completed"))
    assert (seen.is_met, seen.observed) == (False, "pending")


COMPLETES = {
    "create-ended": status("create-ended", "completed"),
    "create-feeder-ended": status("create-feeder-ended", "completed"),
    "info": answered("info", json=[{}]),
}


def test_the_last_page_completes_a_job() -> None:
    """The end of the pages, and an empty feeder after pages, complete a job."""
    assert judged(Completes, *COMPLETES.values()).is_met


def test_an_empty_feeder_after_pages_is_no_fault() -> None:
    """A job that is faulted because its feeder ran empty breaks the rule."""
    ended = status("create-feeder-ended", "faulted", code=-1064)
    seen = judged(Completes, *(COMPLETES | {"create-feeder-ended": ended}).values())
    assert (seen.is_met, seen.observed) == (False, "status faulted")


def test_pages_can_be_had_of_a_job_that_completed() -> None:
    """A job that completed without a page of it completed too soon."""
    gone = answered("info", 204)
    assert not judged(Completes, *(COMPLETES | {"info": gone}).values()).is_met
