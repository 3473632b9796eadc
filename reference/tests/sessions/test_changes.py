"""What a page is told: a mirror that applies every difference equals the album."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from scanwright.buffer.pages import StoredPage
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source
from scanwright.sessions.album import Album, Image
from scanwright.sessions.changes import describe, difference, image_object
from scanwright_spec import params_schema

FORMAT = PageFormat(8, 9, Depth(PixelType.BW, 1), (200, 100), Source.FLATBED)
NUMBERS = itertools.count()
ACTS: dict[str, Callable[[Album, str], Album]] = {
    "add": lambda a, _: a.add([Image(f"f{next(NUMBERS):011x}", StoredPage(FORMAT))], 0),
    "remove": lambda a, i: a.remove([i]),
    "move": lambda a, i: a.move([i], 0),
    "show": lambda a, i: a.show(i, StoredPage(FORMAT)),
    "tag": lambda a, i: a.tag([i], "t"),
    "select": lambda a, i: a.with_selected([i]).with_current(i),
    "filter": lambda a, _: a.filtered("t"),
    "unfilter": lambda a, _: a.filtered(None),
    "carry": lambda a, i: a.move_images([i], "b" * 12, None),
}


def _mirror(shown: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """Apply a difference as a page does."""
    known = {image["id"]: image for image in shown["images"]}
    known.update((image["id"], image) for image in told.get("images", ()))
    order = told.get("order", [image["id"] for image in shown["images"]])
    rest = {k: v for k, v in told.items() if k not in {"images", "order"}}
    return {**shown, **rest, "images": [known[i] for i in order]}


@given(st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 9))))
def test_a_mirror_stays_true(acts: list[tuple[str, int]]) -> None:
    """Whoever applies each difference has what `describe` says, after any changes."""
    images = [Image(f"{n:012x}", StoredPage(FORMAT)) for n in range(3)]
    album = Album.empty("a" * 12).create_document("b" * 12, "B").add(images)
    shown = describe(album)
    schema = Draft202012Validator(params_schema("buffer.changed"))
    for act, number in acts:
        order = album.document.images
        if not order and act not in {"add", "filter", "unfilter"}:
            continue
        after = ACTS[act](album, order[number % len(order)] if order else "")
        told = difference(album, after)
        schema.validate({"revision": 1, "action": "modify", **told})
        shown = _mirror(shown, told)
        album = after
    assert shown == describe(album)


def test_nothing_changed_is_nothing_told() -> None:
    """Between equal albums there is no difference."""
    album = Album.empty("a" * 12).add([Image("0" * 12, StoredPage(FORMAT))])
    assert difference(album, album) == {}


def test_another_document_is_told_whole() -> None:
    """When another document is opened, the page learns all of its images."""
    album = Album.empty("a" * 12).add([Image("0" * 12, StoredPage(FORMAT))])
    two = album.create_document("b" * 12, "B").open_document("b" * 12)
    told = difference(two, two.open_document("a" * 12))
    assert [image["id"] for image in told["images"]] == ["0" * 12]  # type: ignore[attr-defined]
    assert told["order"] == ["0" * 12]


def test_documents_that_are_not_open_name_their_images() -> None:
    """A page knows what is in every document: the open one is told, others by ids."""
    album = Album.empty("a" * 12).add([Image("0" * 12, StoredPage(FORMAT))])
    two = album.create_document("b" * 12, "B")
    moved = difference(two, two.move_images(["0" * 12], "b" * 12, None))
    assert moved["documents"] == [
        {"id": "a" * 12, "name": "Document 1", "count": 0},
        {"id": "b" * 12, "name": "B", "count": 1, "images": ["0" * 12]},
    ]


def test_an_image_says_what_it_is() -> None:
    """Size, depth and resolution of an image are those of its page."""
    image = Image("0" * 12, StoredPage(FORMAT), version=3, tags=("t",))
    assert image_object(image) == {
        "id": "0" * 12,
        "version": 3,
        "path": f"images/{'0' * 12}/3",
        "widthPx": 8,
        "heightPx": 9,
        "pixelType": "bw",
        "bits": 1,
        "resolutionDpi": [200, 100],
        "bytes": 9,
        "tags": ["t"],
    }
