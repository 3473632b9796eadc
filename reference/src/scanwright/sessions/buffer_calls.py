"""Calls that arrange the buffer: order, selection, tags, documents, undo.

Implements: CHANNEL-order, CHANNEL-undo, CHANNEL-tags, CHANNEL-documents.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final

from scanwright.sessions.album import Album, Image
from scanwright.sessions.run import Method, Methods, Run, nothing
from scanwright.sessions.session import BufferOptions, PageSession, Spot, new_id

__all__ = ["METHODS"]

MOST_IMAGES: Final = 1_000_000


def _step(
    action: str, act: Callable[[Album, Run], Album]
) -> Callable[[Run], Awaitable[object]]:
    """Make a method of what turns an album into another: a step that can be undone."""

    async def method(run: Run) -> object:
        run.session.change(act(run.session.album, run), action, run)
        return nothing()

    return method


def _look(
    action: str, act: Callable[[Album, Run], Album]
) -> Callable[[Run], Awaitable[object]]:
    """Make a method of what shows the same images in another way."""

    async def method(run: Run) -> object:
        run.session.look(act(run.session.album, run), action)
        return nothing()

    return method


async def _state(run: Run) -> object:
    return run.session.state()


async def _options(run: Run) -> object:
    params, session = run.params, run.session
    options = session.options
    insert = params.choice("insert", ("append", "before-current"))
    if insert is not None:
        options = replace(options, is_appending=insert == "append")
    maximum = params.integer("maximum", minimum=0, maximum=MOST_IMAGES)
    if maximum is not None:
        options = replace(options, maximum=maximum)
    uses_disk = params.boolean("diskCache", default=options.uses_disk)
    options = replace(options, uses_disk=uses_disk)
    session.set_options(_with_tag(run, options))
    return session.options_object()


def _with_tag(run: Run, options: BufferOptions) -> BufferOptions:
    if "tag" not in run.params:
        return options
    if run.params.is_null("tag"):
        return replace(options, tag=None)
    return replace(options, tag=run.optional_text("tag"))


async def _undo(run: Run) -> object:
    return {"done": run.session.undo()}


async def _redo(run: Run) -> object:
    return {"done": run.session.redo()}


async def _duplicate(run: Run) -> object:
    session, at = run.session, run.position()
    copies = _copies(session.album.chosen(run.images()))
    spot = Spot(session.place(at), keeps_current=session.keeps_current(at))
    session.change(session.with_images(copies, spot), "add", run)
    return _named(session, copies)


def _copies(chosen: Sequence[Image]) -> list[Image]:
    """Return images of their own that show the same pages."""
    return [Image(new_id(), image.page, tags=image.tags) for image in chosen]


def _named(session: PageSession, images: Sequence[Image]) -> dict[str, object]:
    """Name new images, without those that the maximum has taken away again."""
    return {"images": session.present(image.id for image in images)}


def _switched(album: Album, run: Run) -> Album:
    return album.switch(run.one("first"), run.one("second"))


def _moved(album: Album, run: Run) -> Album:
    ids, at = run.images(), run.position()
    if at is None:
        run.params.refuse("at", "is missing: where the images are to go")
    return album.move(ids, at)


def _untagged(album: Album, run: Run) -> Album:
    return album.untag(run.text("tag"), run.optional_images())


async def _create_document(run: Run) -> object:
    created = new_id()
    session = run.session
    album = session.album.create_document(created, run.text("name"))
    session.change(album, "document", run)
    return {"document": created}


async def _copy_images(run: Run) -> object:
    session, at, target = run.session, run.position(), run.one("to")
    album = session.album
    origin_id, ids = _transferred(album, run)
    copies = _copies(album.chosen(ids, origin_id))
    maximum = session.options.maximum
    grown = album.add(copies, at, document_id=target, maximum=maximum)
    session.change(grown, "document", run)
    return _named(session, copies)


def _carried(album: Album, run: Run) -> Album:
    origin_id, ids = _transferred(album, run)
    return album.move_images(
        ids,
        run.one("to"),
        run.position(),
        origin_id=origin_id,
        maximum=run.session.options.maximum,
    )


def _transferred(album: Album, run: Run) -> tuple[str | None, list[str]]:
    """Take out of which document, None is the open one, and which of its images."""
    origin_id = run.one("from") if "from" in run.params else None
    ids = run.optional_images()
    if ids is None:
        ids = list(album.document_by_id(origin_id or album.open_id).images)
    return origin_id, ids


METHODS: Final[Methods] = {
    "buffer.state": Method(_state),
    "buffer.options": Method(_options),
    "buffer.current": Method(
        _look("current", lambda album, run: album.with_current(run.one("image")))
    ),
    "buffer.select": Method(
        _look("select", lambda album, run: album.with_selected(run.images()))
    ),
    "buffer.move": Method(_step("shift", _moved)),
    "buffer.switch": Method(_step("shift", _switched)),
    "buffer.remove": Method(
        _step("remove", lambda album, run: album.remove(run.images()))
    ),
    "buffer.duplicate": Method(_duplicate),
    "buffer.undo": Method(_undo),
    "buffer.redo": Method(_redo),
    "tag.add": Method(
        _step("modify", lambda album, run: album.tag(run.images(), run.text("tag")))
    ),
    "tag.remove": Method(_step("modify", _untagged)),
    "tag.rename": Method(
        _step(
            "modify",
            lambda album, run: album.rename_tag(run.text("tag"), run.text("name")),
        )
    ),
    "tag.filter": Method(
        _look("filter", lambda album, run: album.filtered(run.optional_text("tag")))
    ),
    "document.create": Method(_create_document),
    "document.open": Method(
        _look("document", lambda album, run: album.open_document(run.one("document")))
    ),
    "document.rename": Method(
        _step(
            "document",
            lambda album, run: album.rename_document(
                run.one("document"), run.text("name")
            ),
        )
    ),
    "document.remove": Method(
        _step("document", lambda album, run: album.remove_document(run.one("document")))
    ),
    "document.copyImages": Method(_copy_images),
    "document.moveImages": Method(_step("document", _carried)),
}
