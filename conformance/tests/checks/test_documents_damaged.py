"""The judge of documents whose files were damaged."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged, pictured, unanswered
from scanwright_conformance.checks.documents_damaged import Damaged
from scanwright_conformance.images import ImageFacts
from scanwright_conformance.transcript import Entry, Exchange, Fact


def is_met(check: type[Any], entries: dict[str, Entry], *others: Entry) -> bool:
    """Judge `entries`, with `others` in place of those with the same label."""
    return judged(check, *(entries | {e.label: e for e in others}).values()).is_met


def by_label(*entries: Entry) -> dict[str, Entry]:
    """Return entries by their labels."""
    return {each.label: each for each in entries}


def document(label: str, text: str = "stored", status: int = 200) -> Exchange:
    """Return a document."""
    return answered(label, status, json={"uid": "1", "metadata": text})


def picture(label: str, pixels: str = "00") -> Exchange:
    """Return a page."""
    facts = ImageFacts(
        "image/png",
        *(8, 8, 1, 8),
        has_alpha=False,
        dpi=None,
        pixels_sha256=pixels,
        mean=0.9,
    )
    return pictured(label, facts)


def refused(label: str, status: int, code: int) -> Exchange:
    """Return a refusal."""
    return answered(label, status, json={"code": code})


DAMAGED = by_label(
    Fact("files", ["storage/1"]),
    Fact("tried", ["cut", "changed"]),
    document("whole"),
    picture("whole page"),
    document("other", "another"),
    picture("other page", "02"),
    refused("cut", 500, -1036),
    refused("cut page", 404, -1040),
    document("changed"),
    picture("changed page"),
    *(document(f"{harm}: other", "another") for harm in ("cut", "changed")),
    *(picture(f"{harm}: other page", "02") for harm in ("cut", "changed")),
)


@pytest.mark.parametrize(
    "wrong",
    [
        Fact("files", []),
        refused("cut", 500, -1),
        refused("cut", 409, -1036),
        refused("cut page", 403, -1043),
        answered("cut page", 500, body=b"broken"),
        document("changed", "x"),
        document("changed", status=203),
        picture("changed page", "01"),
        answered("changed page", body=b"no picture"),
        unanswered("cut"),
        refused("cut: other", 500, -1036),
        document("changed: other"),
        refused("changed: other page", 404, -1040),
        picture("cut: other page"),
    ],
)
def test_a_broken_file_is_one_document_s_fault(wrong: Entry) -> None:
    """A refusal, or what was stored; anything else, and another document's, fails."""
    assert is_met(Damaged, DAMAGED)
    assert not is_met(Damaged, DAMAGED, wrong)


def test_a_document_without_a_page_is_one_too() -> None:
    """Its refusal of content stays what it was."""
    pageless = by_label(
        refused("whole page", 404, -1040),
        refused("cut page", 404, -1040),
        refused("changed page", 404, -1040),
    )
    assert is_met(Damaged, DAMAGED | pageless)
    assert not is_met(Damaged, DAMAGED | pageless, picture("changed page"))
