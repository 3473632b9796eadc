"""The journal: everything that was asked of virtual hardware, and what became of it.

One journal serves all devices of a simulation, so that its order is the order of
events. It keeps the newest entries and counts those it let go. An entry is a value of
plain types: what is shown to people, written as JSON and replayed by tests.

`near` explains what almost happened: the name that was meant, the value that would have
been taken, the fault that did not come.
"""

from __future__ import annotations

import difflib
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["Entry", "Journal", "nearest"]

LIMIT: Final = 20_000
ENGINE: Final = "engine"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `source` is who tells of it: the engine, a face, the control."""

    seq: int
    t_s: float
    device: str
    source: str
    what: str
    text: str
    near: tuple[str, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the entry in types that JSON has."""
        return {
            "seq": self.seq,
            "t_s": round(self.t_s, 6),
            "device": self.device,
            "source": self.source,
            "what": self.what,
            "text": self.text,
            "near": list(self.near),
            "data": self.data,
        }


class Journal:
    """Entries in the order of events; belongs to one thread, as the devices do."""

    def __init__(self, clock: Callable[[], float], *, limit: int = LIMIT) -> None:
        self._clock = clock
        self._begun_s = clock()
        self._entries: deque[Entry] = deque(maxlen=limit)
        self._listeners: list[Callable[[Entry], None]] = []
        self._last = 0

    @property
    def last(self) -> int:
        """The number of the newest entry, 0 before the first."""
        return self._last

    def add(
        self,
        source: str,
        what: str,
        text: str,
        *,
        device: str = "",
        near: Iterable[str] = (),
        **data: Any,
    ) -> Entry:
        """Write an entry and tell all listeners."""
        self._last += 1
        entry = Entry(
            seq=self._last,
            t_s=self._clock() - self._begun_s,
            device=device,
            source=source,
            what=what,
            text=text,
            near=tuple(near),
            data=data,
        )
        self._entries.append(entry)
        for listener in tuple(self._listeners):
            listener(entry)
        return entry

    def after(self, seq: int = 0, *, device: str | None = None) -> list[Entry]:
        """Return the kept entries that are newer than number `seq`, oldest first."""
        newer: list[Entry] = []
        for entry in reversed(self._entries):
            if entry.seq <= seq:
                break
            if device in {None, entry.device}:
                newer.append(entry)
        return newer[::-1]

    def forget(self, device: str) -> None:
        """Drop the entries of one device; numbers go on."""
        kept = [entry for entry in self._entries if entry.device != device]
        self._entries.clear()
        self._entries.extend(kept)

    def listen(self, listener: Callable[[Entry], None]) -> Callable[[], None]:
        """Call `listener` with every entry from now on; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)


def nearest(wish: str, known: Sequence[str]) -> list[str]:
    """Return the known names that `wish` may have meant, best first."""
    return difflib.get_close_matches(wish, known, n=3, cutoff=0.5)
