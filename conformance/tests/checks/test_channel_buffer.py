"""Judges of a page's buffer: order, documents, tags, and undo.

Each conversation is the golden one that meets the clause, told a little differently.
"""

from __future__ import annotations

import pytest

from scanwright_conformance.canned import told
from scanwright_conformance.checks import load_checks
from scanwright_conformance.expect_channel import expect_images, expect_result
from scanwright_conformance.proof.golden import is_met, read_golden
from scanwright_conformance.retelling import (
    Change,
    all_of,
    answering,
    changing,
    failing,
    picturing,
    without_events,
)
from scanwright_conformance.transcript import Channel, Frame, Transcript

MISSED: tuple[tuple[str, Change], ...] = (
    ("CHANNEL-order", answering("page", "load", images=[])),
    ("CHANNEL-order", answering("page", "moved", images=[])),
    ("CHANNEL-order", answering("page", "last", images=[])),
    ("CHANNEL-order", answering("page", "switched", images=[])),
    ("CHANNEL-order", answering("page", "removed", images=[])),
    ("CHANNEL-events", without_events("page", "buffer.changed", 0)),
    ("CHANNEL-events", answering("page", "end", current="f" * 12)),
    ("CHANNEL-events", answering("page", "end", images=[{"id": "a" * 12}])),
    ("CHANNEL-events", answering("page", "end", revision=99)),
    ("CHANNEL-events", failing("page", "select")),
    ("CHANNEL-events", failing("page", "options")),
    ("CHANNEL-undo", answering("page", "load", images=[])),
    ("CHANNEL-undo", failing("page", "move")),
    ("CHANNEL-undo", failing("page", "edit")),
    ("CHANNEL-undo", answering("page", "move undo", done=False)),
    ("CHANNEL-undo", answering("page", "tag redo", done=False)),
    ("CHANNEL-undo", answering("page", "edit undo", done=1)),
    ("CHANNEL-undo", answering("page", "tag undone", images=[])),
    ("CHANNEL-undo", answering("page", "rename undone", documents=[])),
    ("CHANNEL-undo", answering("page", "create redone", documents=[])),
    ("CHANNEL-undo", answering("page", "remove redone", images=[])),
    ("CHANNEL-undo", answering("page", "too much", done=True)),
    ("CHANNEL-undo", picturing("edit undone-1", pixels_sha256="other")),
    ("CHANNEL-undo", picturing("edit redone-1", pixels_sha256="other")),
    ("CHANNEL-undo-step", answering("page", "no pages", images=["a" * 12])),
    ("CHANNEL-undo-step", failing("page", "edit")),
    ("CHANNEL-undo-step", answering("page", "as loaded", images=[])),
    ("CHANNEL-undo-step", picturing("as loaded-1", pixels_sha256="other")),
    ("CHANNEL-undo-step", picturing("as loaded-2", pixels_sha256="other")),
    ("CHANNEL-undo-step", picturing("as loaded-3", pixels_sha256="other")),
    ("CHANNEL-documents", answering("page", "own", images=[])),
    ("CHANNEL-documents", answering("page", "copy", images=["a" * 12])),
    ("CHANNEL-documents", answering("page", "start", documents=[])),
    ("CHANNEL-documents", answering("page", "created", images=[])),
    ("CHANNEL-documents", answering("page", "created", documents=[])),
    ("CHANNEL-documents", answering("page", "first", documents=[{}])),
    ("CHANNEL-documents", answering("page", "second", images=[])),
    ("CHANNEL-documents", answering("page", "second", documents=7)),
    ("CHANNEL-documents", answering("page", "removed", images=[])),
    ("CHANNEL-documents", answering("page", "removed", documents=[])),
    ("CHANNEL-tags", answering("page", "filtered", visible=None)),
    ("CHANNEL-tags", answering("page", "filtered", visible=[])),
    ("CHANNEL-tags", answering("page", "all", visible=[])),
)
"""Clauses, each with a change after which it is not met."""

MET: tuple[tuple[str, Change], ...] = (
    ("CHANNEL-events", answering("page", "open", more=7)),
    ("CHANNEL-order", answering("page", "moved", current=None)),
)
"""Clauses, each with a change after which it is met as before."""


@pytest.mark.parametrize(("clause", "change"), MISSED)
def test_what_misses_the_clause_is_noticed(clause: str, change: Change) -> None:
    """As it was it meets the clause, and then it does not."""
    (passing, *_), check = read_golden(clause).passing, load_checks()[clause].check
    assert is_met(check, passing) is True
    assert is_met(check, change(passing)) is False


@pytest.mark.parametrize(("clause", "change"), MET)
def test_what_is_free_is_no_matter(clause: str, change: Change) -> None:
    """A judge is not stricter than its clause."""
    passing = read_golden(clause).passing[0]
    assert is_met(load_checks()[clause].check, change(passing)) is True


def loaded() -> tuple[Transcript, Channel]:
    """Return the golden conversation about documents, and its channel."""
    passing = read_golden("CHANNEL-documents").passing[0]
    return passing, passing.channel("page")


def test_a_copy_is_an_image_of_its_own() -> None:
    """One with the id of the first is that, in two documents."""
    passing, page = loaded()
    first = expect_images(page, "load")[0]
    own, _, last = expect_images(page, "second")
    shared = all_of(
        answering("page", "copy", images=[first]),
        answering("page", "second", images=[own, first, last]),
    )
    check = load_checks()["CHANNEL-documents"].check
    assert is_met(check, shared(passing)) is False


@pytest.mark.parametrize("place", [0, 1, 2])
def test_tags_come_and_go_with_undo(place: int) -> None:
    """Those of each image count."""
    passing = read_golden("CHANNEL-undo").passing[0]
    images = expect_result(passing.channel("page"), "tag undone")["images"]
    tagged = {**images[place], "tags": ["green"]}
    other = [*images[:place], tagged, *images[place + 1 :]]
    change = answering("page", "tag undone", images=other)
    assert is_met(load_checks()["CHANNEL-undo"].check, change(passing)) is False


def test_what_is_told_later_is_not_in_the_state() -> None:
    """A change after the answer is no business of the one before it."""
    passing = read_golden("CHANNEL-events").passing[0]
    page = passing.channel("page")
    later = told("buffer.changed", revision=99, current="f" * 12)
    change = changing("page", frames=(*page.frames, later))
    assert is_met(load_checks()["CHANNEL-events"].check, change(passing)) is True


def test_all_are_visible_when_that_is_said() -> None:
    """Null is said, and not left out."""
    passing = read_golden("CHANNEL-tags").passing[0]
    page = passing.channel("page")
    frames = tuple(
        Frame(each.at_s, each.text.replace('"visible":null', '"other":1'), each.is_sent)
        for each in page.frames
    )
    change = changing("page", frames=frames)
    assert is_met(load_checks()["CHANNEL-tags"].check, change(passing)) is False
