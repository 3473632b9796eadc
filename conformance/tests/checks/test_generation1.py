"""Judges of the paths that older clients use."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.generation1 import (
    CONTENT_TYPES,
    MASKS,
    NO_TIMEOUTS,
    Create,
    Delete,
    MethodNotAllowed,
    Scanners,
    Timeout,
    create_job,
)
from scanwright_conformance.session import Session, Stopped
from scanwright_conformance.target import Addresses, Device, Port, Target
from scanwright_conformance.transcript import Exchange, Fact


def listing(label: str, *names: str, device: Any = "{}") -> Exchange:
    """Return a listing of scanners with these names."""
    return answered(label, json=[{"name": each, "device": device} for each in names])


def both() -> dict[str, Exchange]:
    """Return the same listings of both generations, in another order."""
    found = {}
    for number in range(1, len(MASKS) + 1):
        former, today = f"former-{number}", f"today-{number}"
        found[former] = listing(former, "Glass", "Feeder")
        found[today] = listing(today, "Feeder", "Glass")
    return found


def test_older_clients_see_the_same_scanners() -> None:
    """The same names by the same masks meet the clause."""
    assert judged(Scanners, *both().values()).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        listing("former-2", "Glass"),
        listing("former-1", "Glass", "Feeder", "Net"),
        listing("former-1", "Glass", "Feeder", device={}),
        answered("former-1", json={}),
        answered(
            "former-1", json=[{"name": "Feeder", "device": "{}"}, {"name": "Glass"}]
        ),
        answered("former-3", 404),
    ],
    ids=[
        *("mask not looked at", "other default", "no string", "no array"),
        *("no second string", "404"),
    ],
)
def test_other_scanners_for_older_clients_fail(wrong: Exchange) -> None:
    """Another answer to one mask fails."""
    seen = judged(Scanners, *(both() | {wrong.label: wrong}).values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))


def created(
    label: str,
    body: bytes = b"0f2a",
    content_type: str = "text/plain; charset=utf-8",
) -> Exchange:
    """Return the creation of a job with this id."""
    return answered(label, 201, body=body, headers={"Content-Type": content_type})


def running() -> dict[str, Exchange]:
    """Return a job and its page for each Content-Type."""
    numbers = range(1, len(CONTENT_TYPES) + 1)
    jobs = {f"create-{n}": created(f"create-{n}") for n in numbers}
    return jobs | {f"page-{n}": answered(f"page-{n}", body=b"x") for n in numbers}


def test_a_creation_gives_a_bare_id_of_a_running_job() -> None:
    """Text with nothing but the id, and a page without a start."""
    assert judged(Create, *running().values()).is_met
    spelt = created("create-1", content_type="Text/PLAIN ; charset=utf-8")
    assert judged(Create, *(running() | {"create-1": spelt}).values()).is_met
    odd = created("create-1", b"\xff0f2a")
    assert judged(Create, *(running() | {"create-1": odd}).values()).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        created("create-1", b'"0f2a"'),
        created("create-1", b'{"jobuid": "0f2a"}'),
        created("create-1", b"0f2a\n"),
        created("create-1", b""),
        answered("create-1", 201, body=b"0f2a"),
        created("create-1", content_type="application/json"),
        answered("create-2", 400, json={"code": -2113}),
        answered("create-3", 200, body=b"0f2a"),
        answered("page-1", 410),
        unanswered("page-3"),
    ],
)
def test_another_answer_to_a_creation_fails(wrong: Exchange) -> None:
    """An id that is dressed up, a refusal, and a job that waits fail."""
    seen = judged(Create, *(running() | {wrong.label: wrong}).values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))


def test_a_body_without_its_bytes_shows_no_id() -> None:
    """The bytes of a picture are not kept, and a picture is no id."""
    whole = created("create-1")
    assert whole.answer is not None
    answer = replace(whole.answer, body=whole.answer.body.without_bytes())
    entries = running() | {"create-1": replace(whole, answer=answer)}
    seen = judged(Create, *entries.values())
    assert (seen.is_met, seen.labels) == (False, ("create-1",))


async def test_without_an_answer_there_is_no_job() -> None:
    """A creation that nobody answers stops the conversation."""
    nobody = Addresses({Port.API: "http://127.0.0.1:9"})
    device = {"scanner": Device("Glass", 0x100, "{}")}
    target = Target("nobody", nobody, frozenset({"scanner"}), devices=device)
    async with Session(target) as session:
        with pytest.raises(Stopped, match="made no job"):
            await create_job(session, {})


def test_a_deletion_frees_the_scanner() -> None:
    """200, and the next job at once."""
    free = answered("next-job", 201)
    assert judged(Delete, answered("delete"), free).is_met
    assert not judged(Delete, answered("delete", 204), free).is_met
    locked = answered("next-job", 423)
    assert judged(Delete, answered("delete"), locked).labels == ("next-job",)


def timed() -> dict[str, Exchange]:
    """Return refusals of what is no time-out, and a job with one that is."""
    labels = [f"invalid-{number}" for number in range(1, len(NO_TIMEOUTS) + 1)]
    refusals = {each: answered(each, 400, json={"code": -2113}) for each in labels}
    return refusals | {each: created(each) for each in ("valid-1", "valid-2")}


def ended(status: int = 409, seconds: float = 2.1) -> dict[str, Exchange]:
    """Return a job on a silent scanner that ended after `seconds`."""
    end = answered("silence-end", status, seconds=seconds)
    return timed() | {"stalling": created("stalling"), "silence-end": end}


def test_a_timeout_is_a_number_of_seconds() -> None:
    """Refusals of all else; where a scanner falls silent, the end of its job."""
    assert judged(Timeout, *timed().values()).is_met
    assert judged(Timeout, *ended().values()).is_met
    assert judged(Timeout, *ended(400).values()).is_met


@pytest.mark.parametrize(
    "entries",
    [
        timed() | {"invalid-1": created("invalid-1")},
        timed() | {"invalid-4": created("invalid-4")},
        timed() | {"invalid-6": created("invalid-6")},
        timed() | {"valid-1": answered("valid-1", 400)},
        timed() | {"valid-2": answered("valid-2", 400)},
        ended(seconds=15.2),
        ended() | {"silence-end": unanswered("silence-end")},
        ended(204),
    ],
    ids=[
        "zero",
        "a word",
        "above an hour",
        "a second refused",
        "an hour refused",
        "the default",
        "for ever",
        "as if all were well",
    ],
)
def test_another_timeout_fails(entries: dict[str, Exchange]) -> None:
    """What is none is refused, and what is one counts."""
    assert not judged(Timeout, *entries.values()).is_met


def test_wrong_methods_are_refused() -> None:
    """405 for each, with whatever code; one that is served fails."""
    asked = Fact("requests", ["PUT /DWTAPI/Scanners", "GET /DWTAPI/ScanJobs"])
    put, get = (answered(label, 405) for label in asked.value)
    assert judged(MethodNotAllowed, asked, put, get).is_met
    served = answered("GET /DWTAPI/ScanJobs", 404)
    assert judged(MethodNotAllowed, asked, put, served).labels == (served.label,)
