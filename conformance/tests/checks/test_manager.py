"""Judges of the manager: its page, its administrator, its prompts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.check import Check
from scanwright_conformance.checks.manager import (
    AdminForeign,
    AdminToken,
    Consent,
    Prompt,
    WebSetupOff,
    WebSetupOn,
    WelcomeFacts,
)
from scanwright_conformance.transcript import Entry, Exchange, Fact

VERSION = answered("version", json={"moduleVersions": {"core": ["1.2.3"]}})


def page(html: str) -> bool:
    """Judge a welcome page of version 1.2.3 and process 4711."""
    seen = answered("page", body=html.encode())
    return judged(WelcomeFacts, VERSION, Fact("pid", 4711), seen).is_met


@pytest.mark.parametrize(
    ("html", "is_met"),
    [
        ("<p>1.2.3</p><td>4711</td>", True),
        ("<p>1.2.3</p>", False),
        ("<p>1.2.34</p><td>4711</td>", False),
        ("<script>'1.2.3'; 4711 </script>", False),
        ("<p title='1.2.3'>4711</p>", False),
        ("<p>Version v1.2.3, process (4711).</p>", True),
        ("<p>1.2.3.4</p><td>4711</td>", False),
        ("<p>1.2.3</p><td>14711</td>", False),
        ("<SCRIPT>'1.2.3'; 4711 </Script >", False),
        ("<script>'1.2.3'; 4711 ", False),
        ("<!-- <p>1.2.3</p><td>4711</td> -->", False),
        ("<!-- <p>1.2.3</p><td>4711</td>", False),
        ("<p>1.2.3</p> 4000 < 4711", True),
    ],
)
def test_a_welcome_page_tells_in_its_text(html: str, *, is_met: bool) -> None:
    """Not in scripts, not in comments, and not in attributes."""
    assert page(html) is is_met


@pytest.mark.parametrize("html", ["<td>4711</td>", "4711<script></script>"])
def test_what_is_taken_out_of_a_page_leaves_nothing(html: str) -> None:
    """Whatever the version is, markup has no part of it."""
    odd = answered("version", json={"moduleVersions": {"core": ["?"]}})
    seen = judged(
        WelcomeFacts, odd, Fact("pid", 4711), answered("page", body=html.encode())
    )
    assert not seen.is_met


def test_a_welcome_page_may_have_any_bytes() -> None:
    """What is no UTF-8 hides nothing; bytes that were not kept tell nothing."""
    odd = answered("page", body=b"\xff 1.2.3 4711")
    assert judged(WelcomeFacts, VERSION, Fact("pid", 4711), odd).is_met
    assert odd.answer is not None
    answer = replace(odd.answer, body=odd.answer.body.without_bytes())
    seen = judged(WelcomeFacts, VERSION, Fact("pid", 4711), replace(odd, answer=answer))
    assert (seen.is_met, seen.labels) == (False, ("page",))


def test_an_error_tells_no_version() -> None:
    """What the page is compared with comes from an answer with 200."""
    error = answered("version", 500, json={"moduleVersions": {"core": ["1.2.3"]}})
    page = answered("page", body=b"1.2.3 4711")
    seen = judged(WelcomeFacts, error, Fact("pid", 4711), page)
    assert (seen.is_met, seen.labels) == (False, ("version",))


def level(label: str, value: int = 1) -> Exchange:
    """Return settings with a log level."""
    return answered(label, json={"logLevel": value})


def test_changes_that_are_off_have_no_effect() -> None:
    """Refused, and nothing has changed."""
    off = answered("change", 403, json={"code": -2909})
    assert judged(WebSetupOff, level("before"), off, level("after")).is_met
    assert not judged(WebSetupOff, level("before"), off, level("after", 30)).is_met
    on = answered("change", json={})
    assert not judged(WebSetupOff, level("before"), on, level("after")).is_met


def refused(label: str, status: int = 403, code: int = -2911) -> Exchange:
    """Return a refusal."""
    return answered(label, status, json={"code": code})


GOOD: dict[str, Entry] = {
    entry.label: entry
    for entry in (
        level("before"),
        refused("no token", 401),
        refused("wrong token", 401),
        refused("answer without token", 401),
        refused("after answer without token"),
        level("after tokens"),
        refused("foreign", 403, -2137),
        refused("unlisted", 403, -2137),
        refused("foreign answer"),
        refused("after foreign answer"),
        level("after pages"),
        refused("asked"),
        refused("job"),
        answered("program", json=[]),
        answered("allow", json={}),
        answered("allowed", json=[]),
        refused("other"),
        answered("deny", json={}),
        refused("denied"),
        answered("change", json={}),
        level("changed", 30),
    )
}
CHECKS = [WebSetupOn, AdminToken, AdminForeign, Prompt, Consent]


def administered(check: type[Check], *others: Entry) -> bool:
    """Judge what was seen of an administered service, `others` in place of the good."""
    entries = GOOD | {entry.label: entry for entry in others}
    return judged(check, *entries.values()).is_met


@pytest.mark.parametrize("check", CHECKS)
def test_a_guarded_administration_passes(check: type[Check]) -> None:
    """Only who may changes anything."""
    assert administered(check)
    assert not judged(check, stopped="the target did not start").is_met


@pytest.mark.parametrize(
    ("check", "other"),
    [
        (WebSetupOn, refused("change")),
        (WebSetupOn, level("changed")),
        (AdminToken, answered("no token", json={})),
        (AdminToken, refused("wrong token", 403)),
        (AdminToken, level("after tokens", 30)),
        (AdminToken, answered("answer without token", json={})),
        (AdminToken, answered("after answer without token", json=[])),
        (AdminForeign, answered("foreign", json={})),
        (AdminForeign, answered("unlisted", json={})),
        (AdminForeign, answered("foreign answer", json={})),
        (AdminForeign, answered("after foreign answer", json=[])),
        (AdminForeign, level("after pages", 30)),
        (Prompt, answered("asked", json=[])),
        (Prompt, answered("job", 400, json={"code": -2113})),
        (Prompt, refused("program")),
        (Consent, refused("allow")),
        (Consent, refused("allowed")),
        (Consent, answered("other", json=[])),
        (Consent, answered("denied", json=[])),
        (Consent, refused("deny")),
    ],
)
def test_a_gap_in_the_guard_fails(check: type[Check], other: Entry) -> None:
    """Each has its own judge."""
    assert not administered(check, other)


def test_two_looks_that_were_not_answered_are_not_the_same() -> None:
    """Who says nothing has not shown that nothing changed."""
    labels = "after answer without token", "after foreign answer"
    assert not administered(AdminForeign, *map(unanswered, labels))
    for label in labels:
        assert not administered(AdminForeign, unanswered(label))


@pytest.mark.parametrize("check", [AdminToken, AdminForeign])
def test_a_service_without_prompts_has_no_answers_to_guard(check: type[Check]) -> None:
    """Nobody is let in where nobody is asked."""
    entries = [entry for entry in GOOD.values() if "answer" not in entry.label]
    assert judged(check, *entries).is_met
