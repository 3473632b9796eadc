"""Judges of documents that outlive the service."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged, pictured
from scanwright_conformance.checks.documents_kept import (
    FullDisk,
    SurvivesKill,
    SurvivesRestart,
)
from scanwright_conformance.images import Identity, ImageFacts
from scanwright_conformance.transcript import Entry, Exchange


def is_met(check: type[Any], entries: dict[str, Entry], *others: Entry) -> bool:
    """Judge `entries`, with `others` in place of those with the same label."""
    return judged(check, *(entries | {e.label: e for e in others}).values()).is_met


def by_label(*entries: Entry) -> dict[str, Entry]:
    """Return entries by their labels."""
    return {each.label: each for each in entries}


def document(label: str, pages: str, text: str = "mark", status: int = 200) -> Exchange:
    """Return a document whose pages have these letters as ids."""
    body = {
        "uid": "1",
        "pages": [{"uid": each} for each in pages],
        "metadata": {"text": text},
    }
    return answered(label, status, json=body)


def picture(label: str, serial: int) -> Exchange:
    """Return a page."""
    facts = ImageFacts(
        "image/png",
        *(8, 8, 1, 8),
        has_alpha=False,
        dpi=None,
        pixels_sha256="00",
        mean=0.9,
        identity=Identity("one", 1, "A", serial),
    )
    return pictured(label, facts)


RESTARTED = by_label(
    *(
        document(f"{when} {name}", "a")
        for when in ("before", "restarted")
        for name in ("open", "locked")
    ),
    *(
        picture(f"{when} {name} page", 1)
        for when in ("before", "restarted")
        for name in ("open", "locked")
    ),
    answered("locked still", 403, json={"code": -1043}),
)


@pytest.mark.parametrize(
    "wrong",
    [
        answered("restarted open", 404, json={"code": -1040}),
        answered("restarted locked", 403, json={"code": -1043}),
        document("restarted open", ""),
        document("restarted locked", "a", "another"),
        document("restarted locked", "a", status=500),
        picture("restarted open page", 2),
        answered("restarted locked page", 404, json={"code": -1040}),
        document("locked still", "a"),
    ],
)
def test_a_restart_changes_nothing(wrong: Entry) -> None:
    """Documents, pages and locks are as before; anything else fails."""
    assert is_met(SurvivesRestart, RESTARTED)
    assert not is_met(SurvivesRestart, RESTARTED, wrong)


def test_documents_without_a_page_show_nothing() -> None:
    """Nothing was there that could be lost, or what was answered was an error."""
    empty = by_label(
        *(
            document(f"{when} {name}", "")
            for when in ("before", "restarted")
            for name in ("open", "locked")
        ),
    )
    assert not is_met(SurvivesRestart, RESTARTED | empty)
    errors = by_label(
        *(
            document(f"{when} open", "a", status=500)
            for when in ("before", "restarted")
        ),
    )
    assert not is_met(SurvivesRestart, RESTARTED | errors)


KILLED = by_label(
    *(document(f"second {name} insert", "ab") for name in ("open", "locked")),
    *(document(f"second {name} change", "ab", "again") for name in ("open", "locked")),
    *(document(f"killed {name}", "ab", "again") for name in ("open", "locked")),
    *(picture(f"killed {name} page", 2) for name in ("open", "locked")),
)


@pytest.mark.parametrize(
    "wrong",
    [
        document("killed open", "ab"),
        document("killed locked", "a", "again"),
        document("killed locked", "ab", "again", 409),
        answered("killed open", 500, json={"code": -1036}),
        answered("killed locked page", 500, json={"code": -1036}),
        document("second open insert", "a"),
        document("second locked insert", "ba"),
        document("second locked change", "ab", "again", 507),
    ],
)
def test_what_was_answered_is_there_after_a_kill(wrong: Entry) -> None:
    """Both pages and the last metadata; anything else fails."""
    assert is_met(SurvivesKill, KILLED)
    assert not is_met(SurvivesKill, KILLED, wrong)


def test_one_page_is_not_both() -> None:
    """A page that was lost before the kill shows as well."""
    one = by_label(
        document("second open insert", "a"),
        document("second open change", "a", "again"),
        document("killed open", "a", "again"),
    )
    assert not is_met(SurvivesKill, KILLED | one)


FULL = by_label(
    document("killed open", "ab"),
    picture("killed open page", 1),
    *(
        answered(f"full {label}", 507, json={"code": -1022})
        for label in ("create", "change", "insert")
    ),
    document("still open", "ab"),
    picture("still open page", 1),
)


@pytest.mark.parametrize(
    "wrong",
    [
        answered("full create", 201, json={"uid": "2", "pages": []}),
        document("full change", "ab"),
        answered("full change", 409, json={"code": -1022}),
        answered("full insert", 507, json={"code": -1}),
        document("full insert", "abc"),
        document("still open", "ab", "changed"),
        document("still open", "a"),
        answered("still open", 404, json={"code": -1040}),
        answered("killed open", 500, json={"code": -1036}),
        picture("still open page", 2),
    ],
)
def test_a_full_disk_keeps_what_it_has(wrong: Entry) -> None:
    """Nothing more, and nothing less; anything else fails."""
    assert is_met(FullDisk, FULL)
    assert not is_met(FullDisk, FULL, wrong)


def test_a_document_that_a_kill_has_cost_is_not_missed_again() -> None:
    """Then only a new one can be refused, which it has to be."""
    lost = [
        answered(f"{w} open", 404, json={"code": -1040}) for w in ("killed", "still")
    ]
    tried = [answered(f"full {w}", 404, json={}) for w in ("change", "insert")]
    assert is_met(FullDisk, FULL, *lost, *tried)
    made = answered("full create", 201, json={"uid": "2", "pages": []})
    assert not is_met(FullDisk, FULL, *lost, *tried, made)


def test_documents_that_were_errors_show_nothing_of_a_full_disk() -> None:
    """Whatever is the same before and after."""
    errors = [
        document(f"{when} open", "ab", status=500) for when in ("killed", "still")
    ]
    assert not is_met(FullDisk, FULL, *errors)


def test_without_a_scanner_there_is_no_page_to_put_in() -> None:
    """Creation and metadata have to be tried, nevertheless."""
    pageless = {
        label: each
        for label, each in FULL.items()
        if "page" not in label and label != "full insert"
    }
    pageless |= by_label(
        *(document(f"{when} open", "") for when in ("killed", "still"))
    )
    assert is_met(FullDisk, pageless)
    for label in ("full create", "full change"):
        less = {name: each for name, each in pageless.items() if name != label}
        assert not is_met(FullDisk, less)
