"""Where the pages of a call come down: in one document, one behind the other.

A scan takes its time, and its page goes on meanwhile: it opens another document, moves
images and removes some, and the maximum takes images away. So a landing keeps in mind
the document that was open when the call began, and not an index but the images that its
pages came down between. When that document is removed, the pages that are still to come
are put behind all of the one that is open then: they are on paper that has been fed.
"""

from __future__ import annotations

from typing import Final

from scanwright.buffer.pages import StoredPage
from scanwright.sessions.run import Run
from scanwright.sessions.session import Spot

__all__ = ["Landing"]


class Landing:
    """The landing of one call, from its beginning on.

    Without a position of its own the call follows the options of the buffer. With
    `replaced`, the first page is shown by that image, and the others come behind it.
    """

    def __init__(
        self, run: Run, *, tag: str | None = None, replaced: str | None = None
    ) -> None:
        session, at = run.session, run.position()
        album = session.album
        follows = replaced is not None and at is None
        home = album.home_of(replaced) if replaced and follows else album.document
        place = None if follows else session.place(at)
        self.count = 0
        """How many pages have come, whatever became of them."""
        self._run: Final = run
        self._tag: Final = tag
        self._document_id: Final = home.id
        self._at: Final = place
        self._before: Final = None if place is None else _at(home.images, place)
        self._is_placed: Final = follows or place is not None
        self._keeps_current: Final = session.keeps_current(at)
        self._follows: Final = follows
        self._replaced = replaced
        self._came: dict[str, None] = {}
        self._trail: list[str] = []

    @property
    def images(self) -> list[str]:
        """The images that have come, in their order, as far as they are there still."""
        return self._run.session.present(self._came)

    def take(self, stored: StoredPage) -> str | None:
        """Put a page into the buffer; its hold is the session's, whatever happens.

        Return its image, or None when the maximum has taken it away again.
        """
        self.count += 1
        image = self._shown_instead(stored)
        if image is None:
            session = self._run.session
            came = session.receive(
                [stored], self._spot(), tag=self._tag, group=self._run
            )
            self._trail += came
            image = came[0] if came else None
        if image is not None:
            self._came[image] = None
        return image

    def _shown_instead(self, stored: StoredPage) -> str | None:
        """Let the replaced image show the first page, if it is there still."""
        session = self._run.session
        image, self._replaced = self._replaced, None
        if image is None or image not in session.album.images or session.is_ended:
            return None
        session.change(session.album.show(image, stored), "modify", self._run)
        if self._follows:
            self._trail.append(image)
        return image

    def _spot(self) -> Spot:
        document = self._run.session.album.find_document(self._document_id)
        if document is None:
            return Spot(None, spared=self._came)
        return Spot(
            self._place(document.images) if self._is_placed else None,
            document.id,
            self._came,
            self._keeps_current,
        )

    def _place(self, order: tuple[str, ...]) -> int | None:
        """Return the index behind the last that came, else in front of what was next.

        What has left the document meanwhile is passed over.
        """
        inside = set(order)
        while self._trail and self._trail[-1] not in inside:
            self._trail.pop()
        if self._trail:
            return order.index(self._trail[-1]) + 1
        if self._before in inside:
            return order.index(self._before)
        return self._at


def _at(order: tuple[str, ...], index: int) -> str | None:
    return order[index] if index < len(order) else None
