"""Undo and redo: the albums that were, and the pages that are kept for them.

A step is a change that can be taken back. Changes of one call (a scan of ten pages, an
edit of twenty images) are one step, unless another change came in between. What is only
looked at, the current image, the selection, the open document, makes no step; it comes
back with the album that a step leads to.

Pages live as long as an album here shows them. A page is never shown again once it has
left: it belongs to a run of neighbouring albums. So what can be dropped is seen by
comparing an album that is given up with its neighbour.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

from scanwright.buffer.pages import StoredPage
from scanwright.sessions.album import Album

__all__ = ["History"]

MOST_STEPS: Final = 100


@dataclass(frozen=True, slots=True)
class _Step:
    before: Album
    group: Hashable


class History:
    """The present album, what came before it, and what was taken back.

    `drop` is called for each page that no album shows any more.
    """

    def __init__(
        self,
        album: Album,
        drop: Callable[[StoredPage], None],
        *,
        most_steps: int = MOST_STEPS,
    ) -> None:
        self.album = album
        self._drop = drop
        self._most_steps = most_steps
        self._past: deque[_Step] = deque()
        self._future: list[Album] = []
        self._is_open = False

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to make again."""
        return bool(self._future)

    def look(self, album: Album) -> None:
        """Let the present be another view of the same images."""
        self.album = album

    def change(self, album: Album, group: Hashable) -> None:
        """Make a change: a step of its own, or part of its group's last one."""
        self._forget_future()
        continues = self._is_open and self._past and self._past[-1].group == group
        gone = self.album.pages if continues else set()
        if not continues:
            self._past.append(_Step(self.album, group))
        self.album = album
        self._is_open = True
        # Shown neither before the step nor after it: an edit that was edited again.
        self._drop_all(gone - album.pages - self._past[-1].before.pages)
        while len(self._past) > self._most_steps:
            oldest = self._past.popleft().before
            after = self._past[0].before if self._past else self.album
            self._drop_all(oldest.pages - after.pages)

    def undo(self) -> bool:
        """Take the last step back; False when there is none."""
        if not self._past:
            return False
        self._future.append(self.album)
        self.album = self._past.pop().before
        self._is_open = False
        return True

    def redo(self) -> bool:
        """Make the step again that was taken back last; False when there is none."""
        if not self._future:
            return False
        self._past.append(_Step(self.album, None))
        self.album = self._future.pop()
        self._is_open = False
        return True

    def clear(self) -> None:
        """Drop every page of every album."""
        albums = [self.album, *self._future, *(step.before for step in self._past)]
        self._past.clear()
        self._future.clear()
        self._drop_all(set[StoredPage]().union(*(album.pages for album in albums)))

    def _forget_future(self) -> None:
        if not self._future:
            return
        shown = self.album.pages
        lost = set[StoredPage]().union(*(album.pages for album in self._future))
        self._future.clear()
        self._drop_all(lost - shown)

    def _drop_all(self, pages: set[StoredPage]) -> None:
        for page in pages:
            self._drop(page)
