"""A page session: what one open page has in the buffer, and what it is told of it.

Theory of operation. The session belongs to the page that opened it, by a secret of 192
bits and by the page's origin. All that the page sees is one album (`album`), which is
never changed but exchanged, by `change` (a step for undo) or by `look` (none); what is
different then is told at once. Images come by `receive`, their pages with one hold on
the store each, which history gives back when no album shows them any more.

The session outlives its connection for a while: a reload brings the page back. When
nobody comes, `end` stops what is under way, closes the scanner, shreds the key and
wipes the pages.

Implements: CHANNEL-events, CHANNEL-undo.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from scanwright.buffer.pages import PageStore, StoredPage
from scanwright.buffer.vault import Key
from scanwright.errors import OutOfSequence
from scanwright.jobs.job import Job
from scanwright.sessions.album import Album, Image
from scanwright.sessions.changes import describe, difference
from scanwright.sessions.history import History
from scanwright.sessions.services import Services
from scanwright.sessions.shelf import Shelf

__all__ = ["BufferOptions", "PageSession", "Spot", "Tell", "new_id", "new_secret"]

SECRET_BYTES: Final = 24
ID_BYTES: Final = 6
Tell = Callable[[str, Mapping[str, object]], None]
"""Takes the name of an event and its parameters."""


def new_id() -> str:
    """Return an id for an image or a document."""
    return secrets.token_hex(ID_BYTES)


def new_secret() -> str:
    """Return what nobody guesses."""
    return secrets.token_urlsafe(SECRET_BYTES)


@dataclass(frozen=True, slots=True)
class BufferOptions:
    """How new images come: `maximum` 0 is no limit, `tag` None is no tag.

    Without `uses_disk` pages stay in memory, and are refused when they fill it.
    """

    is_appending: bool = True
    maximum: int = 0
    tag: str | None = None
    uses_disk: bool = True


@dataclass(frozen=True, slots=True)
class Spot:
    """Where new images come: in front of an index; None is behind all.

    `document_id` None is the open document. When there are too many, those that are
    `spared` leave after the others; see `Album.add`.
    """

    at: int | None
    document_id: str | None = None
    spared: Collection[str] = ()
    keeps_current: bool = False


@dataclass(slots=True, eq=False)
class PageSession:
    """One page's session; lives on the event loop."""

    services: Services
    origin: str | None
    secret: str = field(default_factory=new_secret)
    base: str = field(default_factory=lambda: f"/page/{new_secret()}/")
    options: BufferOptions = field(default_factory=BufferOptions)
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    tell: Tell | None = None
    job: Job | None = None
    """The job that holds a scanner for this page."""
    holding: asyncio.Lock = field(default_factory=asyncio.Lock)
    """To open, to close and to begin a scan follow one another, as they came."""
    has_held_job: bool = False
    holder: str | None = None
    """What the page that came last proves by that it is the same one."""
    history: History = field(init=False)
    shelf: Shelf = field(init=False)
    key: Key = field(init=False)
    """What this session's pages are sealed with on disk."""
    editing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Edits follow one another: each begins with what the one before it left."""
    revision: int = 0
    is_ended: bool = False

    def __post_init__(self) -> None:
        self.history = History(Album.empty(new_id()), self.store.drop)
        self.shelf = Shelf(self.services.cache)
        self.key = self.store.new_key(on_full=self._warn_of_memory)

    @property
    def store(self) -> PageStore:
        """Where the pages of all sessions are."""
        return self.services.store

    @property
    def album(self) -> Album:
        """What the page has now."""
        return self.history.album

    def state(self) -> dict[str, object]:
        """Return the whole buffer, as the page is told it."""
        return {
            "revision": self.revision,
            **describe(self.album),
            **self._steps(),
            "options": self.options_object(),
        }

    def options_object(self) -> dict[str, object]:
        """Spell the options."""
        return {
            "insert": "append" if self.options.is_appending else "before-current",
            "maximum": self.options.maximum,
            "tag": self.options.tag,
            "diskCache": self.options.uses_disk,
        }

    def change(self, album: Album, action: str, group: Hashable) -> None:
        """Exchange the album by a step that undo takes back."""
        before, steps = self.album, self._steps()
        self.history.change(album, group)
        self._tell_change(before, steps, action)

    def look(self, album: Album, action: str) -> None:
        """Exchange the album by another view of the same images."""
        before, steps = self.album, self._steps()
        self.history.look(album)
        self._tell_change(before, steps, action)

    def undo(self) -> bool:
        """Take the last step back, if there is one."""
        return self._travel(self.history.undo)

    def redo(self) -> bool:
        """Make the step again that was taken back last, if there is one."""
        return self._travel(self.history.redo)

    def receive(
        self,
        pages: Sequence[StoredPage],
        spot: int | Spot | None,
        *,
        tag: str | None,
        group: Hashable,
    ) -> list[str]:
        """Put pages into a document; their holds are the session's now.

        Return the images that have come, without those that the maximum has already
        taken away again.
        """
        if self.is_ended:
            for page in pages:
                self.store.drop(page)
            raise OutOfSequence("The session has ended.")
        tags = tuple({t: None for t in (self.options.tag, tag) if t is not None})
        images = [Image(new_id(), page, tags=tags) for page in pages]
        where = self._within(spot if isinstance(spot, Spot) else Spot(spot))
        self.change(self.with_images(images, where), "add", group)
        for image in images:
            if image.id not in self.album.images:
                self.store.drop(image.page)  # no album has ever shown it
        return self.present(image.id for image in images)

    def with_images(self, images: Sequence[Image], spot: Spot) -> Album:
        """Return the album with new images, as the options want them to come."""
        return self.album.add(
            images,
            spot.at,
            document_id=spot.document_id,
            maximum=self.options.maximum,
            spared=spot.spared,
            keeps_current=spot.keeps_current,
        )

    def place(self, at: int | None) -> int | None:
        """Return where new images come in the open document; None is behind all."""
        if at is not None or self.options.is_appending:
            return at
        current = self.album.document.current
        return None if current is None else self.album.document.images.index(current)

    def keeps_current(self, at: int | None) -> bool:
        """Whether the current image stays that: what comes next comes before it, too.

        Otherwise images that follow each other would come the wrong way round.
        """
        return at is None and not self.options.is_appending

    def present(self, image_ids: Iterable[str]) -> list[str]:
        """Return those of these images that are in the buffer now."""
        known = self.album.images
        return [image_id for image_id in image_ids if image_id in known]

    def set_options(self, options: BufferOptions) -> None:
        """Exchange the options."""
        self.options = options
        self.key.is_for_disk = options.uses_disk
        told = self._told("options", {"options": self.options_object()})
        self.send("buffer.changed", told)

    def send(self, name: str, params: Mapping[str, object]) -> None:
        """Tell the page something; without a page nobody hears it."""
        if self.tell is not None:
            self.tell(name, params)

    def end(self) -> None:
        """Wipe everything; twice is once. What runs for the session is not stopped."""
        if self.is_ended:
            return
        self.is_ended = True
        self.tell = None
        self.close_scanner()
        self.history.clear()
        self.key.shred()
        self.shelf.clear()

    def close_scanner(self) -> None:
        """Let go of the scanner that is held, if there is one."""
        job, self.job = self.job, None
        if job is not None:
            self.services.jobs.delete(job)

    def _warn_of_memory(self, needed_bytes: int) -> None:
        self.send("disk.low", {"freeBytes": 0, "neededBytes": needed_bytes})

    def _within(self, spot: Spot) -> Spot:
        """Return the spot, or the end: what was there may have gone meanwhile."""
        if spot.at is None:
            return spot
        document = self.album.document_by_id(spot.document_id or self.album.open_id)
        return replace(spot, at=min(spot.at, len(document.images)))

    def _travel(self, step: Callable[[], bool]) -> bool:
        before, steps = self.album, self._steps()
        if not step():
            return False
        self._tell_change(before, steps, "replace")
        return True

    def _steps(self) -> dict[str, object]:
        return {"canUndo": self.history.can_undo, "canRedo": self.history.can_redo}

    def _tell_change(
        self, before: Album, steps: Mapping[str, object], action: str
    ) -> None:
        now = self._steps()
        told = difference(before, self.album)
        told.update({name: now[name] for name in now if now[name] != steps[name]})
        if told:
            self.send("buffer.changed", self._told(action, told))

    def _told(self, action: str, told: Mapping[str, object]) -> dict[str, object]:
        self.revision += 1
        return {"revision": self.revision, "action": action, **told}
