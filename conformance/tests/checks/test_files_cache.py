"""Judges of the disk cache."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import judged
from scanwright_conformance.checks.files_cache import (
    CacheEncrypted,
    CacheRemoved,
    CacheSwept,
)
from scanwright_conformance.transcript import Fact

NOISE = {"is_text": False, "longest_word": 0, "contains": [], "bits_per_byte": 7.99}


def listing(label: str, *paths: str, size: int = 9999, **form: Any) -> Fact:
    """Return a listing of the cache with files of noise, or of `form`."""
    files = [
        {"path": path, "kind": "file", "size": size, "form": {**NOISE, **form}}
        for path in paths
    ]
    return Fact(label, [{"path": "cache", "kind": "folder", "size": 40}, *files])


def test_noise_is_encrypted() -> None:
    """A file without any sense in it."""
    assert judged(CacheEncrypted, listing("cached", "cache/1")).is_met


@pytest.mark.parametrize(
    "seen",
    [
        listing("cached"),
        listing("cached", "cache/1", size=0),
        listing("cached", "cache/1", contains=["deflate"]),
        listing("cached", "cache/1", is_text=True),
        listing("cached", "cache/1", bits_per_byte=6.1),
    ],
    ids=["no files", "empty files", "packed", "text", "raw pixels"],
)
def test_what_is_readable_fails(seen: Fact) -> None:
    """So does a cache of which nothing was seen."""
    assert not judged(CacheEncrypted, seen).is_met


def test_a_file_that_is_just_being_made_tells_nothing() -> None:
    """It is empty, beside one that is written; alone it is no cache."""
    new = listing("cached", "cache/new", size=0, is_text=True)
    both = Fact("cached", [*new.value, *listing("cached", "cache/1").value])
    assert judged(CacheEncrypted, both).is_met
    assert not judged(CacheEncrypted, new).is_met


def test_files_go_with_their_job() -> None:
    """They were there, and then not."""
    cached = listing("cached", "cache/1")
    assert judged(CacheRemoved, cached, listing("removed")).is_met
    assert not judged(CacheRemoved, cached, listing("removed", "cache/1")).is_met
    assert not judged(CacheRemoved, listing("cached"), listing("removed")).is_met


def test_orphans_are_swept() -> None:
    """What the crash left is gone; what is new may be there."""
    orphans = listing("orphans", "cache/1")
    assert judged(CacheSwept, orphans, listing("swept", "cache/2")).is_met
    assert not judged(CacheSwept, orphans, listing("swept", "cache/1")).is_met
    assert not judged(CacheSwept, listing("orphans"), listing("swept")).is_met
