"""The judge of how pictures are kept in files."""

from __future__ import annotations

import pytest

from scanwright_conformance.canned import answered, filed, judged, pictured
from scanwright_conformance.checks.documents_formats import (
    BITONAL,
    COMPRESSIONS,
    ContentCompression,
)
from scanwright_conformance.document_files import FileFacts, FilePage
from scanwright_conformance.images import ImageFacts
from scanwright_conformance.transcript import Entry, Exchange


def picture(label: str, bits: int) -> Exchange:
    """Return a page with samples of so many bits."""
    facts = ImageFacts(
        "image/png",
        *(8, 8, 1, bits),
        has_alpha=False,
        dpi=None,
        pixels_sha256="00",
        mean=0.9,
    )
    return pictured(label, facts)


def file(label: str, kind: str, *compressions: str) -> Exchange:
    """Return a file whose pages are kept so."""
    pages = tuple(FilePage((8.0, 8.0), (8, 8), each) for each in compressions)
    return filed(label, FileFacts(kind, pages=pages))


FILES: dict[str, Entry] = {
    f"{label} {kind} {number}": file(f"{label} {kind} {number}", kind, name)
    for label, compressions in (("usual", COMPRESSIONS), ("bw", BITONAL))
    for kind, numbers in compressions.items()
    for number, name in numbers.items()
}
GOOD = {"page": picture("page", 8), "bw-page": picture("bw-page", 1), **FILES}


def is_met(entries: dict[str, Entry], *others: Entry) -> bool:
    """Judge `entries`, with `others` in place of those with the same label."""
    changed = entries | {each.label: each for each in others}
    return judged(ContentCompression, *changed.values()).is_met


@pytest.mark.parametrize("label", FILES)
def test_pictures_are_kept_as_it_was_asked_for(label: str) -> None:
    """Another compression, two pages, none and a refusal fail."""
    assert is_met(GOOD)
    kind = label.split()[1]
    name = {f"bw {kind} {n}": each for n, each in BITONAL[kind].items()} | {
        f"usual {kind} {n}": each for n, each in COMPRESSIONS[kind].items()
    }
    for wrong in (
        file(label, kind, "zip"),
        file(label, kind, name[label], name[label]),
        file(label, kind),
        answered(label, 400, json={"code": -2113}),
    ):
        assert not is_met(GOOD, wrong)


def test_a_compression_is_looked_at_where_it_fits() -> None:
    """A page of 1 or 16 bits says nothing of JPEG; without bw there is no such page."""
    usual = "usual application/pdf 5"
    wrong = file(usual, "application/pdf", "JBIG2")
    assert is_met(GOOD, picture("page", 1), wrong)
    assert is_met(GOOD, picture("page", 16), wrong)
    assert not is_met(GOOD, wrong)
    assert not is_met(GOOD, picture("bw-page", 8))
    assert is_met({label: e for label, e in GOOD.items() if label[:2] != "bw"})
