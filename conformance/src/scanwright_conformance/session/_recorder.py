"""The recorder: every conversation of a stimulus passes through it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from scanwright_conformance.deadline import pace
from scanwright_conformance.transcript import Entry, Exchange, Transcript

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Recorder", "Stopped"]


class Stopped(Exception):
    """The stimulus cannot go on: what the target did leaves nothing to talk about."""


class Recorder:
    """Collects entries; labels are unique, time starts at 0."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._zero = clock()
        self._entries: list[Entry] = []

    def now(self) -> float:
        """Return the seconds since the check began."""
        return self._clock() - self._zero

    def add(self, entry: Entry) -> None:
        """Keep `entry`; a label used twice is a mistake in the check."""
        if any(known.label == entry.label for known in self._entries):
            raise ValueError(f"the label {entry.label!r} is used twice")
        if isinstance(entry, Exchange):
            entry = replace(entry, pace=pace.factor)
        self._entries.append(entry)

    def rename(self, label: str, new: str) -> Exchange:
        """Give the exchange `label` the name that its answer earned it."""
        (entry,) = (known for known in self._entries if known.label == label)
        if not isinstance(entry, Exchange):
            raise TypeError(f"{label!r} is no exchange")
        self._entries.remove(entry)
        renamed = replace(entry, label=new)
        self.add(renamed)
        return renamed

    def drop(self, label: str) -> None:
        """Forget an entry that says nothing new."""
        self._entries = [known for known in self._entries if known.label != label]

    def transcript(self, stopped: str = "") -> Transcript:
        """Return what was recorded so far, in the order in which it began."""
        entries = sorted(self._entries, key=lambda entry: entry.started_s)
        return Transcript(entries=tuple(entries), stopped=stopped)
