"""Checks of the buffer of a page: order, documents, tags, and undo of all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import ImageOps

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._known_pictures import (
    expect_drawing,
    expect_loaded,
    expect_pixels,
    fetch_all,
    fill,
)
from scanwright_conformance.drawings import drawing, drawn_tiff
from scanwright_conformance.expect import expect, expect_equal
from scanwright_conformance.expect_channel import (
    expect_images,
    expect_result,
    images_in,
    objects_in,
    opened_copy,
    told_events,
)

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Channel, Transcript

CHANGED: Final = "buffer.changed"
INVERT: Final = {"kind": "invert"}
MIRROR: Final = {"kind": "mirror"}

CHANGES: Final = (
    "load",
    "move",
    "select",
    "tag",
    "filter",
    "edit",
    "copy",
    "remove",
    "undo",
    "options",
)
"""Calls that all change what a page sees of its buffer."""
UNDOABLE: Final = ("move", "tag", "rename", "create", "remove", "edit")
"""Calls that all make a step; the last one edits the first image."""


@check("CHANNEL-order", after=("CHANNEL-load",))
class Order(Check):
    """Images are where they were put."""

    async def stimulate(self, session: Session) -> None:
        """Move, exchange and remove, and look each time."""
        page = await session.page()
        a, b, c, d = await fill(page, 4)
        for label, method, params in (
            ("moved", "buffer.move", {"images": [d, b], "at": 1}),
            ("last", "buffer.move", {"images": [a], "at": 4}),
            ("switched", "buffer.switch", {"first": d, "second": c}),
            ("removed", "buffer.remove", {"images": [b, a]}),
        ):
            await page.call(method, label=f"{label} by", **params)
            await page.state(label)

    def judge(self, transcript: Transcript) -> None:
        """Each order is the one that was described."""
        talk = transcript.channel("page")
        a, b, c, d = expect_loaded(talk, 4)
        for label, wanted in (
            ("moved", [a, d, b, c]),
            ("last", [d, b, c, a]),
            ("switched", [c, b, d, a]),
            ("removed", [c, d]),
        ):
            seen = expect_images(talk, label)
            expect_equal(talk, seen, wanted, what=f"{label}:")


@check("CHANNEL-events", after=("CHANNEL-load",))
class Events(Check):
    """A page that listens knows all."""

    async def stimulate(self, session: Session) -> None:
        """Change everything that can be changed, and ask at the end."""
        page = await session.page()
        images = await fill(page, 3)
        some = {"images": images[1:]}
        for label, method, params in (
            ("move", "buffer.move", {**some, "at": 0}),
            ("select", "buffer.select", some),
            ("tag", "tag.add", {**some, "tag": "red"}),
            ("filter", "tag.filter", {"tag": "red"}),
            ("edit", "edit.apply", {**some, "edit": MIRROR}),
            ("copy", "buffer.duplicate", some),
            ("remove", "buffer.remove", some),
            ("undo", "buffer.undo", {}),
            ("options", "buffer.options", {"maximum": 9}),
        ):
            await page.call(method, label=label, **params)
        made = await page.call("document.create", name="Second") or {}
        await page.call("document.open", document=made.get("document", ""))
        await page.state("end")

    def judge(self, transcript: Transcript) -> None:
        """Apply what was told, and compare."""
        talk = transcript.channel("page")
        copy = opened_copy(talk)
        events = told_events(talk, CHANGED, before="end")
        first = copy.revision
        for event in events:
            copy.apply(event)
        revisions = [first, *(each.get("revision") for each in events)]
        wanted = [first + number for number in range(len(events) + 1)]
        expect_equal(talk, revisions, wanted, what="revisions")
        for label in CHANGES:
            expect_result(talk, label)
            told = told_events(talk, CHANGED, since=label, before=label)
            expect(talk, len(told) > 0, f"{label!r} to be told before", "nothing")
        end = expect_result(talk, "end")
        seen = {name: copy.state.get(name) for name in end}
        expect(talk, seen == end, f"the buffer as told: {seen}", end)


@check("CHANNEL-undo", after=("CHANNEL-order", "CHANNEL-edit-exact"))
class Undo(Check):
    """Whatever was done can be taken back, and made again."""

    async def stimulate(self, session: Session) -> None:
        """Do it, take it back, and do it again; look each time."""
        page = await session.page()
        images = await fill(page, 3)
        document = (await page.state("start")).get("document")
        for label, method, params in (
            ("move", "buffer.move", {"images": images[2:], "at": 1}),
            ("tag", "tag.add", {"images": images[:1], "tag": "red"}),
            ("rename", "document.rename", {"document": document, "name": "Renamed"}),
            ("create", "document.create", {"name": "Second"}),
            ("remove", "buffer.remove", {"images": images[1:2]}),
            ("edit", "edit.apply", {"images": images[:1], "edit": INVERT}),
        ):
            await page.call(method, label=label, **params)
            await page.state(f"{label} done")
            await page.call("buffer.undo", label=f"{label} undo")
            await fetch_all(page, f"{label} undone")
            await page.call("buffer.redo", label=f"{label} redo")
            await fetch_all(page, f"{label} redone")
        await page.call("buffer.redo", label="too much")

    def judge(self, transcript: Transcript) -> None:
        """What was before is back, and what was after, too."""
        talk = transcript.channel("page")
        expect_loaded(talk, 3)
        before = _content(talk, "start")
        for label in UNDOABLE:
            expect_result(talk, label)
            after = _content(talk, f"{label} done")
            for way, state, wanted in (
                ("undo", "undone", before),
                ("redo", "redone", after),
            ):
                done = expect_result(talk, f"{label} {way}").get("done")
                expect(talk, done is True, f"done of {label} {way}", done)
                seen = _content(talk, f"{label} {state}")
                expect(talk, seen == wanted, f"{label} {state}: {wanted}", seen)
            before = after
        expect_drawing(transcript["edit undone-1"], 1)
        expect_pixels(transcript["edit redone-1"], ImageOps.invert(drawing(1)))
        done = expect_result(talk, "too much").get("done")
        expect(talk, done is False, "no redo that is one too much", done)


@check("CHANNEL-undo-step", after=("CHANNEL-undo",))
class UndoStep(Check):
    """What one call did is taken back by one."""

    async def stimulate(self, session: Session) -> None:
        """Load several pages and edit them, and take each back once."""
        page = await session.page()
        images = await fill(page, 3)
        await page.call("buffer.undo", label="undo load")
        await page.state("no pages")
        await page.call("buffer.redo", label="redo load")
        await page.call("edit.apply", label="edit", images=images, edit=MIRROR)
        await page.call("buffer.undo", label="undo edit")
        await fetch_all(page, "as loaded")

    def judge(self, transcript: Transcript) -> None:
        """Nothing is left of either."""
        talk = transcript.channel("page")
        images = expect_loaded(talk, 3)
        expect_equal(talk, expect_images(talk, "no pages"), [], what="images")
        expect_result(talk, "edit")
        expect_equal(talk, expect_images(talk, "as loaded"), images, what="images")
        for number in (1, 2, 3):
            expect_drawing(transcript[f"as loaded-{number}"], number)


@check("CHANNEL-documents", after=("CHANNEL-load",))
class Documents(Check):
    """Piles of paper are kept apart."""

    async def stimulate(self, session: Session) -> None:
        """Fill a second document from the first one, look at both, and remove it."""
        page = await session.page()
        a, b, _ = await fill(page, 3)
        first = (await page.state("start")).get("document")
        made = await page.needed("document.create", label="create", name="Second")
        second = made.get("document")
        await page.state("created")
        await page.call("document.open", label="open second", document=second)
        await page.load(drawn_tiff(4), label="own")
        await page.call("document.open", label="open first", document=first)
        await page.call("document.copyImages", label="copy", to=second, images=[a])
        await page.call("document.moveImages", label="move", to=second, images=[b])
        await page.call(
            "document.rename", label="rename", document=second, name="Renamed"
        )
        await page.state("first")
        await page.call("document.open", label="open again", document=second)
        await page.state("second")
        await page.call("document.remove", label="remove", document=second)
        await page.state("removed")

    def judge(self, transcript: Transcript) -> None:
        """Each document has what was put into it, and nothing else."""
        talk = transcript.channel("page")
        a, b, c = expect_loaded(talk, 3)
        brought = expect_images(talk, "own") + expect_images(talk, "copy")
        expect_equal(talk, len(brought), 2, what="images brought:")
        own, copied = brought
        start = _documents(talk, "start")
        expect_equal(talk, len(start), 1, what="documents:")
        first, name, _ = start[0]
        second = expect_result(talk, "create").get("document")
        for label, images, documents in (
            ("created", [a, b, c], [(first, name, 3), (second, "Second", 0)]),
            ("first", [a, c], [(first, name, 2), (second, "Renamed", 3)]),
            ("second", [own, copied, b], [(first, name, 2), (second, "Renamed", 3)]),
            ("removed", [a, c], [(first, name, 2)]),
        ):
            expect_equal(talk, expect_images(talk, label), images, what=f"{label}:")
            seen = _documents(talk, label)
            expect_equal(talk, seen, documents, what=f"documents of {label}:")
        expect(talk, copied not in {a, b, c}, "an image of its own", copied)


@check("CHANNEL-tags", after=("CHANNEL-load",))
class Tags(Check):
    """A filter shows what has the tag."""

    async def stimulate(self, session: Session) -> None:
        """Tag by two tags, and filter by one."""
        page = await session.page()
        a, b, c = await fill(page, 3)
        await page.call("tag.add", label="red", images=[c, a], tag="red")
        await page.call("tag.add", label="blue", images=[b], tag="blue")
        await page.call("tag.filter", label="by red", tag="red")
        await page.state("filtered")
        await page.call("tag.filter", label="by none")
        await page.state("all")

    def judge(self, transcript: Transcript) -> None:
        """Look at what is visible."""
        talk = transcript.channel("page")
        a, _, c = expect_loaded(talk, 3)
        visible = expect_result(talk, "filtered").get("visible")
        expect_equal(talk, visible, [a, c], what="visible")
        all_ = expect_result(talk, "all")
        expect(talk, "visible" in all_, "visible", "nothing")
        expect(talk, all_["visible"] is None, "visible null", all_["visible"])


def _content(talk: Channel, label: str) -> list[tuple[object, ...]]:
    """Return what a state has of images, tags and documents, but for versions."""
    state = expect_result(talk, label)
    images = [(each["id"], each.get("tags")) for each in images_in(state)]
    return [*images, *_documents(talk, label)]


def _documents(talk: Channel, label: str) -> list[tuple[object, ...]]:
    """Return the id, the name and the count of each document of a state."""
    documents = expect_result(talk, label).get("documents")
    return [
        tuple(each.get(name) for name in ("id", "name", "count"))
        for each in objects_in(documents)
    ]
