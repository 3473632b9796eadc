"""The judges of waiting for a page."""

from __future__ import annotations

from collections.abc import Callable

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.pages_waiting import (
    InfoBlocks,
    NextBlocks,
    NextPending,
    WaitingCanceled,
    WaitingDeleted,
)
from scanwright_conformance.transcript import Exchange

Pictured = Callable[..., Exchange]

WAITING = answered("waiting", json=[{}], seconds=1.5)


def looks(*, until_s: float = 0.01) -> list[Exchange]:
    """Return answers to others, the last of which came at `until_s`."""
    return [
        answered("meanwhile-1", json={"status": "running"}),
        answered("other", json={"logLevel": 1}, seconds=until_s),
    ]


def test_a_waiting_client_holds_up_nobody() -> None:
    """The description comes when its page does, others are answered before."""
    assert judged(InfoBlocks, WAITING, *looks()).is_met


def test_a_service_that_waits_with_its_client_breaks_the_rule() -> None:
    """Others that are answered only after the page break the rule."""
    for until_s in (1.5, 2.0):
        seen = judged(InfoBlocks, WAITING, *looks(until_s=until_s))
        assert (seen.is_met, seen.labels) == (False, ("other",))
    refused = answered("meanwhile-1", 503)
    assert judged(InfoBlocks, WAITING, refused, *looks()[1:]).labels == ("meanwhile-1",)


def test_a_description_that_is_not_waited_for_breaks_the_rule() -> None:
    """An end while the job runs breaks the rule."""
    assert judged(InfoBlocks, answered("waiting", 204), *looks()).labels == ("waiting",)


def after(state: str) -> Exchange:
    """Return the status of the job after its pages."""
    return answered("after", json={"status": state})


def test_pages_are_waited_for(pictured: Pictured) -> None:
    """Pages come, and the end comes after the last of them."""
    pages = (pictured("page-1"), pictured("page-2"), answered("page-end", 204))
    assert judged(NextBlocks, *pages, after("completed")).is_met
    assert judged(NextBlocks, pages[0], pages[2], after("completed")).is_met


def test_each_of_the_answers_is_what_it_should(pictured: Pictured) -> None:
    """A page has a picture, the end is told by 204, and the job has ended."""
    good = {
        "page-1": pictured("page-1"),
        "page-end": answered("page-end", 204),
        "after": after("completed"),
    }
    for bad in (answered("page-1"), answered("page-end", 410)):
        assert judged(NextBlocks, *(good | {bad.label: bad}).values()).labels == (
            bad.label,
        )
    assert not judged(NextBlocks, *(good | {"after": after("pending")}).values()).is_met


def test_an_end_in_the_middle_breaks_the_rule(pictured: Pictured) -> None:
    """204 before the first page, or while the job still runs, is no end."""
    early = (answered("page-end", 204), after("running"))
    assert judged(NextBlocks, *early).observed == "an end without one"
    seen = judged(NextBlocks, pictured("page-1"), *early)
    assert (seen.is_met, seen.observed) == (False, "a running job")


def test_a_page_of_a_pending_job_is_waited_for(pictured: Pictured) -> None:
    """The page comes; a refusal, an end and a hang break the rule."""
    assert judged(NextPending, pictured("page")).is_met
    refused = answered("page", 409, json={"code": -1011})
    for bad in (refused, answered("page", 204), unanswered("page")):
        assert judged(NextPending, bad).labels == ("page",)


def deleted(at_s: float) -> list[Exchange]:
    """Return a waiting client that was told at `at_s` of a deletion at 0.1 s."""
    body = {"statusCode": 410, "code": -1034}
    return [
        answered("page", 410, json=body, seconds=at_s),
        answered("delete", 204, started_s=0.1),
    ]


def test_a_waiting_client_hears_of_the_deletion() -> None:
    """The answer is 410 and comes at once."""
    assert judged(WaitingDeleted, *deleted(0.2)).is_met
    assert judged(WaitingDeleted, *deleted(1.95)).is_met
    assert judged(WaitingDeleted, *deleted(4.0)).observed == "3.9 s later"
    last = answered("delete", 204, seconds=0.0)
    assert judged(WaitingDeleted, deleted(2.0)[0], last).is_met


def test_a_deletion_is_not_the_end_of_the_pages() -> None:
    """204 would say that there are no more."""
    seen = judged(WaitingDeleted, answered("page", 204), *deleted(0.2)[1:])
    assert (seen.is_met, seen.expected) == (False, "410 / -1034")


def test_a_waiting_client_gets_the_end_of_a_cancelled_job(pictured: Pictured) -> None:
    """A page before the cancel, then 204; a page that was ready may be between."""
    page = pictured("first")
    assert judged(WaitingCanceled, page, answered("page-end", 204)).is_met
    ready = (page, pictured("page-1"), answered("page-end", 204))
    assert judged(WaitingCanceled, *ready).is_met
    gone = answered("page-end", 410, json={"code": -1034})
    assert judged(WaitingCanceled, page, gone).labels == ("page-end",)
    none = answered("first", 204)
    end = answered("page-end", 204)
    assert judged(WaitingCanceled, none, end).labels == ("first",)
    hang = unanswered("page-end")
    assert judged(WaitingCanceled, page, hang).labels == ("page-end",)
