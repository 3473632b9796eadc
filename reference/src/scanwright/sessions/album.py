"""The album: which images a page has, in which order, in which documents. A value.

Nothing here changes: each operation returns another album, and the old one stays what
it was. That is what undo lives on, and what a change is told to the page by: as the
difference between two albums (`changes`).

An image is an entry in the album; its pixels are a page in the store, of which the
album knows the ticket only. Several images can show the same page. Every image is in
exactly one document, exactly once; one document is open, and what a page does without
naming a document happens there.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from scanwright.buffer.pages import StoredPage
from scanwright.errors import InvalidParameter, OutOfSequence

__all__ = ["Album", "Document", "Image"]

FIRST_NAME: Final = "Document 1"
MOST_TAGS: Final = 100
VERSIONS: Final = itertools.count(2)
"""Never used twice: after an undo, the next edit is still told from the last one."""


@dataclass(frozen=True, slots=True)
class Image:
    """One image; its id stays when its page changes, and its version does not."""

    id: str
    page: StoredPage
    version: int = 1
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """Images in their order; `filter` None shows them all."""

    id: str
    name: str
    images: tuple[str, ...] = ()
    current: str | None = None
    selected: tuple[str, ...] = ()
    filter: str | None = None


@dataclass(frozen=True, slots=True)
class Album:
    """All documents of a page, never none, and the images in them."""

    documents: tuple[Document, ...]
    open_id: str
    images: Mapping[str, Image]

    @classmethod
    def empty(cls, document_id: str) -> Album:
        """Return an album with one document, which is open and empty."""
        return cls((Document(document_id, FIRST_NAME),), document_id, {})

    @property
    def document(self) -> Document:
        """The open document."""
        return self.document_by_id(self.open_id)

    @property
    def visible(self) -> tuple[str, ...]:
        """The images of the open document that its filter lets through."""
        wanted = self.document.filter
        if wanted is None:
            return self.document.images
        return tuple(i for i in self.document.images if wanted in self.images[i].tags)

    @property
    def pages(self) -> set[StoredPage]:
        """Every page that an image shows."""
        return {image.page for image in self.images.values()}

    def image(self, image_id: str) -> Image:
        """Return an image of any document."""
        if image_id not in self.images:
            raise InvalidParameter(f"There is no image {image_id[:40]!r} here.")
        return self.images[image_id]

    def chosen(
        self, image_ids: Sequence[str], document_id: str | None = None
    ) -> list[Image]:
        """Return images of a document, else of the open one; each named once."""
        if len(set(image_ids)) != len(image_ids):
            raise InvalidParameter("images must not name an image twice.")
        document = self.document_by_id(document_id or self.open_id)
        inside = set(document.images)
        for image_id in image_ids:
            if image_id not in inside:
                which = "the open document" if document_id is None else "that document"
                raise InvalidParameter(f"images: {image_id[:40]!r} is not in {which}.")
        return [self.images[image_id] for image_id in image_ids]

    def document_by_id(self, document_id: str) -> Document:
        """Return a document by its id."""
        document = self.find_document(document_id)
        if document is None:
            raise InvalidParameter(f"There is no document {document_id[:40]!r} here.")
        return document

    def find_document(self, document_id: str) -> Document | None:
        """Return a document by its id; None when it is not there, or no more."""
        return next((d for d in self.documents if d.id == document_id), None)

    def home_of(self, image_id: str) -> Document:
        """Return the document that an image is in."""
        self.image(image_id)
        return next(d for d in self.documents if image_id in d.images)

    # Images

    def add(
        self,
        images: Sequence[Image],
        at: int | None = None,
        *,
        document_id: str | None = None,
        maximum: int = 0,
        spared: Collection[str] = (),
        keeps_current: bool = False,
    ) -> Album:
        """Put new images at an index; None is behind all. The last one is current.

        Beyond `maximum` (0 is none) images leave the document, from the first on: those
        that were there, then those that are `spared`, and of the new ones only what is
        too many by itself. With `keeps_current` the current image stays that.
        """
        target = self.document_by_id(document_id or self.open_id)
        ids = tuple(image.id for image in images)
        order = _inserted(target.images, ids, at)
        surplus = _surplus(order, maximum, last=[spared, ids])
        current = target.current
        if ids and not (keeps_current and current is not None):
            current = ids[-1]
        target = replace(target, images=order, current=current)
        known = {**self.images, **{image.id: image for image in images}}
        grown = replace(_with(self, target), images=known)
        return _without(grown, surplus)

    def remove(self, image_ids: Sequence[str]) -> Album:
        """Take images of the open document away."""
        self.chosen(image_ids)
        return _without(self, image_ids)

    def move(self, image_ids: Sequence[str], at: int) -> Album:
        """Put images of the open document in front of what is at the index now."""
        self.chosen(image_ids)
        order = self.document.images
        _check_index(at, len(order))
        moved = set(image_ids)
        before = [i for i in order[:at] if i not in moved]
        after = [i for i in order[at:] if i not in moved]
        return _with_order(self, (*before, *image_ids, *after))

    def switch(self, first: str, second: str) -> Album:
        """Exchange the places of two images of the open document."""
        self.chosen([first] if first == second else [first, second])
        exchange = {first: second, second: first}
        return _with_order(
            self, tuple(exchange.get(i, i) for i in self.document.images)
        )

    def show(self, image_id: str, page: StoredPage) -> Album:
        """Let an image show another page."""
        image = self.image(image_id)
        changed = replace(image, page=page, version=next(VERSIONS))
        return replace(self, images={**self.images, image_id: changed})

    # Selection

    def with_current(self, image_id: str) -> Album:
        """Make an image of the open document the current one."""
        self.chosen([image_id])
        return _with(self, replace(self.document, current=image_id))

    def with_selected(self, image_ids: Sequence[str]) -> Album:
        """Select images of the open document, in this order."""
        self.chosen(image_ids)
        return _with(self, replace(self.document, selected=tuple(image_ids)))

    # Tags

    def tag(self, image_ids: Sequence[str], tag: str) -> Album:
        """Tag images of the open document."""
        tagged = {
            image.id: replace(image, tags=(*image.tags, tag))
            for image in self.chosen(image_ids)
            if tag not in image.tags
        }
        if any(len(image.tags) > MOST_TAGS for image in tagged.values()):
            raise InvalidParameter(f"An image can have {MOST_TAGS} tags at most.")
        return replace(self, images={**self.images, **tagged})

    def untag(self, tag: str, image_ids: Sequence[str] | None = None) -> Album:
        """Take a tag from images of the open document; None is from all, everywhere."""
        if image_ids is not None:
            self.chosen(image_ids)
        return self._retagged(
            lambda tags: tuple(t for t in tags if t != tag), image_ids
        )

    def rename_tag(self, tag: str, name: str) -> Album:
        """Rename a tag on every image; two that become one are one."""
        renamed = self._retagged(
            lambda tags: tuple(dict.fromkeys(name if t == tag else t for t in tags))
        )
        documents = tuple(
            replace(d, filter=name) if d.filter == tag else d for d in self.documents
        )
        return replace(renamed, documents=documents)

    def filtered(self, tag: str | None) -> Album:
        """Show only what has this tag; what is hidden is not selected any more."""
        album = _with(self, replace(self.document, filter=tag))
        shown = set(album.visible)
        kept = tuple(i for i in album.document.selected if i in shown)
        return _with(album, replace(album.document, selected=kept))

    # Documents

    def create_document(self, document_id: str, name: str) -> Album:
        """Add an empty document."""
        self._check_name(name)
        return replace(self, documents=(*self.documents, Document(document_id, name)))

    def open_document(self, document_id: str) -> Album:
        """Open another document."""
        return replace(self, open_id=self.document_by_id(document_id).id)

    def rename_document(self, document_id: str, name: str) -> Album:
        """Give a document another name."""
        document = self.document_by_id(document_id)
        if document.name != name:
            self._check_name(name)
        return _with(self, replace(document, name=name))

    def remove_document(self, document_id: str) -> Album:
        """Remove a document with its images; the first of the others is opened."""
        gone = self.document_by_id(document_id)
        rest = tuple(d for d in self.documents if d is not gone)
        if not rest:
            raise OutOfSequence("The only document cannot be removed.")
        lost = set(gone.images)
        images = {i: image for i, image in self.images.items() if i not in lost}
        open_id = rest[0].id if self.open_id == gone.id else self.open_id
        return Album(rest, open_id, images)

    def move_images(
        self,
        image_ids: Sequence[str],
        document_id: str,
        at: int | None,
        *,
        origin_id: str | None = None,
        maximum: int = 0,
    ) -> Album:
        """Move images of a document, else of the open one, to another document.

        Beyond `maximum` (0 is none) images leave that document, as when some are added.
        """
        moved = self.chosen(image_ids, origin_id)
        if self.document_by_id(document_id).id == (origin_id or self.open_id):
            raise InvalidParameter("to must be another document than they are in.")
        rest = _without(self, image_ids)
        return rest.add(moved, at, document_id=document_id, maximum=maximum)

    # What the operations share

    def _retagged(
        self,
        change: Callable[[tuple[str, ...]], tuple[str, ...]],
        image_ids: Iterable[str] | None = None,
    ) -> Album:
        chosen = self.images if image_ids is None else image_ids
        images = dict(self.images)
        for image_id in list(chosen):
            image = images[image_id]
            tags = change(image.tags)
            if tags != image.tags:
                images[image_id] = replace(image, tags=tags)
        return replace(self, images=images)

    def _check_name(self, name: str) -> None:
        if any(document.name == name for document in self.documents):
            raise InvalidParameter(f"There is a document {name!r} already.")


def _with(album: Album, changed: Document) -> Album:
    documents = tuple(
        changed if document.id == changed.id else document
        for document in album.documents
    )
    return replace(album, documents=documents)


def _with_order(album: Album, order: tuple[str, ...]) -> Album:
    return _with(album, replace(album.document, images=order))


def _without(album: Album, image_ids: Collection[str]) -> Album:
    if not image_ids:
        return album
    gone = set(image_ids)
    return Album(
        tuple(_reduced(document, gone) for document in album.documents),
        album.open_id,
        {i: image for i, image in album.images.items() if i not in gone},
    )


def _inserted(
    order: tuple[str, ...], new: tuple[str, ...], at: int | None
) -> tuple[str, ...]:
    index = len(order) if at is None else at
    _check_index(index, len(order))
    return (*order[:index], *new, *order[index:])


def _surplus(
    order: tuple[str, ...], maximum: int, *, last: Sequence[Collection[str]]
) -> list[str]:
    """Return what is too many, from the first on; groups in `last` come after all."""
    if not maximum or len(order) <= maximum:
        return []
    ranks = {image_id: rank for rank, ids in enumerate(last, 1) for image_id in ids}
    leaving = sorted(order, key=lambda image_id: ranks.get(image_id, 0))
    return leaving[: len(order) - maximum]


def _check_index(at: int, count: int) -> None:
    if not 0 <= at <= count:
        raise InvalidParameter(f"at must be from 0 to {count}.")


def _reduced(document: Document, gone: set[str]) -> Document:
    """Take images out; the current one's place is taken by the next, or the last."""
    order = document.images
    rest = tuple(i for i in order if i not in gone)
    if len(rest) == len(order):
        return document
    current = document.current
    if current in gone:
        behind = order[order.index(current) :] if current in order else ()
        current = next((i for i in behind if i not in gone), None) or (
            rest[-1] if rest else None
        )
    selected = tuple(i for i in document.selected if i not in gone)
    return replace(document, images=rest, current=current, selected=selected)
