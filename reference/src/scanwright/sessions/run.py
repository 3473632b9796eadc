"""One call of a page under way: what it asks for, for whom, and how far it has come."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from scanwright.errors import ScanwrightError
from scanwright.protocol.access import Access
from scanwright.protocol.members import Members
from scanwright.protocol.rpc import CallId
from scanwright.sessions.session import PageSession

__all__ = ["CallFailed", "Method", "Methods", "Run", "nothing"]

LONGEST_TEXT: Final = 100
IMAGE_ID: Final = re.compile(r"[0-9a-f]{12}")
MOST_PLACES: Final = 1_000_000


class CallFailed(ScanwrightError):
    """A call that failed and has something to say to programs, too."""

    def __init__(self, error: ScanwrightError, data: Mapping[str, object]) -> None:
        super().__init__(error.message, code=error.code)
        self.data = data


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A call under way. It is also the group that its changes make one step of undo."""

    session: PageSession
    params: Members
    call: CallId | None = None

    def progress(self, done: int, total: int | None) -> None:
        """Tell the page how far the call has come."""
        if self.call is not None:
            told = {"call": self.call, "done": done, "total": total}
            self.session.send("progress", told)

    def images(self, name: str = "images") -> list[str]:
        """Take a list of images, which must be there."""
        ids = self.optional_images(name)
        if ids is None:
            self.params.refuse(name, "is missing: it must be an array of images")
        return ids

    def optional_images(self, name: str = "images") -> list[str] | None:
        """Take a list of images; None when it is absent."""
        if name not in self.params:
            return None
        return [self._id(name, value) for value in self.params.values(name)]

    def one(self, name: str) -> str:
        """Take an id, which must be there."""
        return self._id(name, self.params.text(name))

    def text(self, name: str) -> str:
        """Take a short text, which must be there."""
        text = self.optional_text(name)
        if text is None:
            self.params.refuse(name, "is missing")
        return text

    def optional_text(self, name: str, *, longest: int = LONGEST_TEXT) -> str | None:
        """Take a text of at least one character; None when it is absent."""
        text = self.params.text(name)
        if text is not None and not 1 <= len(text) <= longest:
            self.params.refuse(name, f"must have from 1 to {longest} characters")
        return text

    def position(self, name: str = "at") -> int | None:
        """Take a place in a document; None when it is absent."""
        return self.params.integer(name, minimum=0, maximum=MOST_PLACES)

    def _id(self, name: str, value: object) -> str:
        if not isinstance(value, str) or not IMAGE_ID.fullmatch(value):
            self.params.refuse(name, "must be an id: 12 hexadecimal digits")
        return value


@dataclass(frozen=True, slots=True)
class Method:
    """What a method does, and what of the user's it touches."""

    act: Callable[[Run], Awaitable[object]]
    access: Access | None = None


Methods = Mapping[str, Method]


def nothing() -> dict[str, object]:
    """Return the result of a method that has none."""
    return {}
