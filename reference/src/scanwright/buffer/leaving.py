"""Which page makes room next, when pages take more memory than they may.

Pages that have to stay in memory are sealed there first: nothing else makes them
smaller, and what they take is taken from all others. Then those that may leave go to
the disk, whatever was used longest ago first. When there is no such page either, and
those that stay are above the limit by themselves, memory is full.

Entries are given in the order of their last use.

Implements: CHANNEL-disk-cache.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from scanwright.buffer.entries import Entry

__all__ = ["is_full", "next_to_leave", "next_to_shrink"]


def next_to_shrink(entries: Iterable[Entry]) -> Entry | None:
    """Return the page that is to be sealed in memory next."""
    return next((entry for entry in entries if _can_shrink(entry)), None)


def next_to_leave(entries: Iterable[Entry]) -> Entry | None:
    """Return the page that is to go to the disk next; it may be sealed by now."""
    return next((entry for entry in entries if _can_leave(entry)), None)


def is_full(entries: Collection[Entry], limit_bytes: int) -> bool:
    """Say whether pages that stay take more than the limit, small as they can be."""
    staying = sum(entry.weight for entry in entries if not entry.is_for_disk)
    return staying > limit_bytes and next_to_shrink(entries) is None


def _can_shrink(entry: Entry) -> bool:
    is_open = entry.slot is not None and entry.sealed is None
    return is_open and not entry.is_for_disk and not entry.is_dense


def _can_leave(entry: Entry) -> bool:
    return entry.is_for_disk and not entry.is_on_disk
