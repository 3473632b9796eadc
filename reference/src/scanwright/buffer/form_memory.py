"""The memory of encoded pages: what was asked for last stays.

Small forms, thumbnails above all, have a memory of their own: hundreds of them cost
less than one page, and a look through the large ones must not push them out.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from scanwright.buffer.entries import StoredPage

__all__ = ["SMALL_BYTES", "FormKey", "FormMemory"]

SMALL_BYTES: Final = 256 << 10


@dataclass(frozen=True, slots=True)
class FormKey:
    """A form of a page: its type, and the size that it is scaled to, if it is."""

    page: StoredPage
    mime: str
    size: tuple[int, int] | None = None


class FormMemory:
    """Encoded pages within two limits, for large and for small ones."""

    def __init__(self, *, large_bytes: int, small_bytes: int) -> None:
        self._large = _Shelf(large_bytes)
        self._small = _Shelf(small_bytes)

    @property
    def used_bytes(self) -> int:
        """What all of them take."""
        return self._large.used_bytes + self._small.used_bytes

    def get(self, key: FormKey) -> bytes | None:
        """Return a form that is here, and keep it for longer."""
        form = self._small.get(key)
        return self._large.get(key) if form is None else form

    def put(self, key: FormKey, form: bytes) -> None:
        """Keep a form; those that nobody wanted for longest go."""
        shelf = self._small if len(form) < SMALL_BYTES else self._large
        shelf.put(key, form)

    def forget(self, page: StoredPage) -> None:
        """Let go of all forms of a page."""
        self._small.forget(page)
        self._large.forget(page)


class _Shelf:
    """Forms by the time of their last use, within a limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._forms: OrderedDict[FormKey, bytes] = OrderedDict()
        self.used_bytes = 0

    def get(self, key: FormKey) -> bytes | None:
        form = self._forms.get(key)
        if form is not None:
            self._forms.move_to_end(key)
        return form

    def put(self, key: FormKey, form: bytes) -> None:
        self._remove(key)
        self._forms[key] = form
        self.used_bytes += len(form)
        while self.used_bytes > self._limit:
            self._remove(next(iter(self._forms)))

    def forget(self, page: StoredPage) -> None:
        for key in [key for key in self._forms if key.page is page]:
            self._remove(key)

    def _remove(self, key: FormKey) -> None:
        self.used_bytes -= len(self._forms.pop(key, b""))
