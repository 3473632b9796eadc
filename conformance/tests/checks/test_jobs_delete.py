"""The judges of deleting jobs, and of jobs that are not there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks import jobs_delete
from scanwright_conformance.checks.jobs_delete import (
    JOB_PATHS,
    Delete,
    DeletedGone,
    DeleteRunning,
    RestartForgets,
    Unknown,
)
from scanwright_conformance.session import Session
from scanwright_conformance.target import (
    Addresses,
    Device,
    Port,
    Target,
    Unsupported,
)
from scanwright_conformance.transcript import Entry, Exchange

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


def error(label: str, status: int, code: int = -1034) -> Exchange:
    """Return an answer with an error object."""
    return answered(label, status, json={"statusCode": status, "code": code})


def everywhere(status: int) -> list[Exchange]:
    """Return the same error on every path of a job."""
    return [error(f"path-{n}", status) for n in range(1, len(JOB_PATHS) + 1)]


STATES = ("pending", "completed", "canceled")
DELETED = {f"delete-{name}": answered(f"delete-{name}", 204) for name in STATES}


def test_a_deletion_is_an_empty_204() -> None:
    """A deletion answers 204 without a body in every state."""
    running = answered("delete-running", 204)
    assert judged(Delete, *DELETED.values(), running).is_met


@pytest.mark.parametrize("label", ["delete-pending", "delete-completed"])
def test_two_states_can_be_had_on_any_scanner(label: str) -> None:
    """A conversation that did not come to them shows too little."""
    rest = [each for each in DELETED.values() if each.label != label]
    assert not judged(Delete, *rest).is_met


def test_other_requests_are_no_deletions() -> None:
    """What is asked beside them has answers of its own."""
    create = answered("create", 201, json={"jobuid": "7"})
    assert judged(Delete, create, *DELETED.values()).is_met


def test_a_deletion_is_refused_in_no_state() -> None:
    """A running job that cannot be deleted breaks the rule."""
    running = error("delete-running", 409, -1011)
    assert judged(Delete, *DELETED.values(), running).labels == ("delete-running",)


def test_a_faulted_job_is_deleted_like_another() -> None:
    """A deletion that is answered with the fault breaks the rule."""
    faulted = error("delete-faulted", 409, -1020)
    assert judged(Delete, *DELETED.values(), faulted).labels == ("delete-faulted",)


def test_a_deletion_of_generation_1_is_none() -> None:
    """An answer of 200, as the older interface gives it, breaks the rule."""
    bad = DELETED | {"delete-completed": answered("delete-completed", 200)}
    assert not judged(Delete, *bad.values()).is_met


def test_a_deletion_has_no_body() -> None:
    """An answer of 204 with a body breaks the rule."""
    bad = DELETED | {"delete-pending": answered("delete-pending", 204, body=b"{}")}
    assert judged(Delete, *bad.values()).observed == "2 bytes"


def running(**changes: Entry) -> tuple[Entry, ...]:
    """Return a conversation about running jobs that were deleted."""
    entries: dict[str, Entry] = {
        "delete_early": answered("delete-early", 204),
        "create_late": answered("create-late", 201, json={"jobuid": "2"}),
        "delete_late": answered("delete-late", 204, seconds=2.0),
        "create_last": answered("create-last", 201, json={"jobuid": "3"}),
        "first": answered("first", json=[{}]),
        "last": answered("last", json=[{}]),
    }
    return tuple((entries | changes).values())


def test_a_running_job_goes_quickly_and_frees_its_scanner() -> None:
    """Deletion takes less than five seconds, and the next job is created at once."""
    assert judged(DeleteRunning, *running()).is_met


def test_a_deletion_does_not_wait_for_the_page() -> None:
    """A deletion that takes longer breaks the rule."""
    late = answered("delete-late", 204, seconds=6.0)
    seen = judged(DeleteRunning, *running(delete_late=late))
    assert (seen.is_met, seen.observed) == (False, "6.00 s")


def test_a_deleted_job_holds_no_scanner() -> None:
    """A scanner that is still locked after the deletion breaks the rule."""
    locked = error("create-last", 423, -1004)
    assert judged(DeleteRunning, *running(create_last=locked)).labels == (
        "create-last",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        error("delete-early", 409, -1011),
        answered("delete-early", 204, seconds=6.0),
        error("create-late", 423, -1004),
        error("first", 409, -1020),
        error("last", 409, -1020),
    ],
)
def test_each_step_of_a_deletion_is_looked_at(wrong: Exchange) -> None:
    """Both deletions, both jobs after them, and the pages of these."""
    changed = {wrong.label.replace("-", "_"): wrong}
    assert judged(DeleteRunning, *running(**changed)).labels == (wrong.label,)


def test_a_deleted_job_is_gone_and_not_forgotten() -> None:
    """Every path of a deleted job answers 410, also behind a thousand others."""
    assert judged(DeletedGone, *everywhere(410), error("much-later", 410)).is_met


def test_a_deleted_job_is_no_unknown_one() -> None:
    """A service that forgets deleted jobs, or says 404 on one path, breaks the rule."""
    assert not judged(DeletedGone, *everywhere(410), error("much-later", 404)).is_met
    mixed = [*everywhere(410)[:-1], *everywhere(404)[-1:]]
    later = error("much-later", 410)
    assert judged(DeletedGone, *mixed, later).labels == ("path-8",)
    mixed = [*everywhere(404)[:1], *everywhere(410)[1:]]
    assert judged(DeletedGone, *mixed, later).labels == ("path-1",)


async def deleted_gone(serve: Serve, status: int) -> int:
    """Hold the conversation with a service that answers for deleted jobs `status`.

    Return how many jobs it was asked for.
    """
    made = 0

    async def handle(request: web.Request) -> web.StreamResponse:
        nonlocal made
        if request.method == "POST":
            made += 1
            return web.json_response({"jobuid": str(made)}, status=201)
        body = {"statusCode": status, "code": -1034}
        return web.json_response(body, status=status)

    addresses = Addresses({Port.API: await serve(handle)})
    devices = {"scanner": Device("one", 0x100, "{}")}
    target = Target("t", addresses, frozenset(), devices=devices)
    async with Session(target) as session:
        await DeletedGone().stimulate(session)
    return made


async def test_who_made_too_few_jobs_cannot_tell(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow service that is right so far is not said to remember a thousand jobs."""
    monkeypatch.setattr(jobs_delete, "PATIENCE_S", 0.0)
    with pytest.raises(Unsupported, match="0 of 999 further jobs"):
        await deleted_gone(serve, 410)


async def test_who_forgets_sooner_is_judged(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong behind few jobs is wrong, however slow the service is."""
    monkeypatch.setattr(jobs_delete, "PATIENCE_S", 0.0)
    assert await deleted_gone(serve, 404) == 1


async def test_who_made_enough_jobs_is_judged(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the deleted one there are as many jobs as have to be remembered."""
    monkeypatch.setattr(jobs_delete, "REMEMBERED", 3)
    assert await deleted_gone(serve, 410) == 3


def test_an_unknown_job_is_not_found() -> None:
    """Every path of a job that never was answers 404 with its code."""
    assert judged(Unknown, *everywhere(404)).is_met
    assert not judged(Unknown, *everywhere(410)).is_met
    other = [error("path-1", 404, -1040), *everywhere(404)[1:]]
    assert judged(Unknown, *other).observed.startswith("404 / -1040")
    last = [*everywhere(404)[:-1], *everywhere(410)[-1:]]
    assert not judged(Unknown, *last).is_met


def test_a_new_service_knows_no_job() -> None:
    """After a restart a deleted and a pending job are equally unknown."""
    deleted, pending = error("deleted-before", 404), error("pending-before", 404)
    assert judged(RestartForgets, deleted, pending).is_met
    remembered = error("deleted-before", 410)
    seen = judged(RestartForgets, remembered, pending)
    assert (seen.is_met, seen.labels) == (False, ("deleted-before",))
    seen = judged(RestartForgets, deleted, answered("pending-before", json={}))
    assert (seen.is_met, seen.labels) == (False, ("pending-before",))
