"""Judges of the rights in the home, and of the disk cache."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import judged
from scanwright_conformance.checks.files_cache import (
    ENOUGH,
    NOISE_BITS,
    CacheEncrypted,
    CacheRemoved,
    CacheSwept,
    Private,
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
        listing("cached", "cache/1", bits_per_byte=6.1, size=ENOUGH),
    ],
    ids=["no files", "empty files", "packed", "text", "raw pixels", "a few pixels"],
)
def test_what_is_readable_fails(seen: Fact) -> None:
    """So does a cache of which nothing was seen."""
    assert not judged(CacheEncrypted, seen).is_met


def test_every_file_of_the_cache_is_unreadable() -> None:
    """A single one that is not is one page too many."""
    files = listing("cached", "cache/1").value
    text = listing("cached", "cache/2", is_text=True).value
    assert not judged(CacheEncrypted, Fact("cached", [*files, *text])).is_met


def test_a_file_too_large_to_be_read_is_not_known_to_be_noise() -> None:
    """The judge says so, instead of guessing."""
    (_, large) = listing("cached", "cache/1", size=10**9).value
    del large["form"]
    seen = judged(CacheEncrypted, Fact("cached", [large]))
    assert (seen.is_met, seen.observed) == (False, "too much")


def test_noise_is_told_by_many_bytes() -> None:
    """A short file of noise has not every byte equally often."""
    short = listing("cached", "cache/1", size=ENOUGH - 1, bits_per_byte=6.1)
    assert judged(CacheEncrypted, short).is_met
    least = listing("cached", "cache/1", bits_per_byte=NOISE_BITS)
    assert judged(CacheEncrypted, least).is_met


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


def test_no_orphan_stays() -> None:
    """One of several is one too many."""
    orphans = listing("orphans", "cache/1", "cache/2")
    swept = listing("swept", "cache/0", "cache/2")
    seen = judged(CacheSwept, orphans, swept)
    assert (seen.is_met, seen.observed) == (False, "cache/2")


def entry(path: str, mode: str, kind: str = "file") -> dict[str, Any]:
    """Return an entry of a listing."""
    return {"path": path, "kind": kind, "mode": mode, "size": 9}


HOME = [entry(path, "0700", "folder") for path in (".", "cache", "cert", "log")]


def private(*entries: dict[str, Any], cached: tuple[dict[str, Any], ...] = ()) -> bool:
    """Judge a home with these entries; `cert/own.pem` has a key in it."""
    facts = [Fact("keys", ["cert/own.pem"]), Fact("home", [*HOME, *entries])]
    if cached:
        facts.append(Fact("cached", list(cached)))
    return judged(Private, *facts).is_met


def test_a_home_is_private() -> None:
    """A certificate, and a file for people, may be open to others."""
    open_files = (entry("cert/ca.pem", "0644"), entry("DSConfiguration.ini", "0644"))
    closed = (entry("cert/own.pem", "0600"), entry("log/service.log", "0600"))
    assert private(*open_files, *closed)
    assert private(*closed, cached=(entry("cache/1.page", "0600"),))


@pytest.mark.parametrize(
    "bad",
    [
        entry("storage/one", "0750", "folder"),
        entry("cert/own.pem", "0640"),
        entry("log/service.log", "0644"),
        entry("cache/1.page", "0604"),
        entry("dump/main.txt", "0644"),
    ],
    ids=lambda bad: str(bad["path"]),
)
def test_a_home_that_is_open_somewhere_fails(bad: dict[str, Any]) -> None:
    """Folders, keys, and files of pages, logs and dumps."""
    assert not private(bad)


def test_a_page_that_others_can_read_fails() -> None:
    """It is there only while there are pages, beside others that are closed."""
    pages = (entry("cache/1.page", "0600"), entry("cache/2.page", "0644"))
    assert not private(cached=pages)


def test_a_file_that_went_away_meanwhile_is_open_to_nobody() -> None:
    """A log that was put aside during the look has no rights to judge."""
    assert private({"path": "log/service.log.1", "kind": "gone"})
