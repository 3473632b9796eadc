"""Checks of what nobody else may read: the rights in the home, and the disk cache.

The cache is encrypted, emptied with its jobs, and swept after a crash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.files import files_in, form_in, sizes_in
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.target import Manner

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

PAGES: Final = {"config": {"Resolution": 300, "PixelType": 2, "IfFeederEnabled": True}}
CLOSED: Final = ("cache/", "dump/", "log/")
CERTIFICATES: Final = "cert/"
FOREIGN_RIGHTS: Final = 0o077
EMPTY_S: Final = 5.0
NOISE_BITS: Final = 7.5
"""Bits a byte of cipher; packed pictures come near, so their beginnings count too."""
ENOUGH: Final = 4096
"""A shorter file has too few bytes to tell noise by."""


class _Cached(Check):
    """Pages go to the disk; their job is deleted; others die with the service."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Look at the home; scan with little memory, delete, scan, kill all, start."""
        entries = await session.home.listing(label="home")
        keys = [
            path
            for path in files_in(entries, CERTIFICATES)
            if b"PRIVATE KEY" in await session.home.content(path)
        ]
        session.fact("keys", keys)
        if not {"page-cache", "scanner"} <= session.target.capabilities:
            return  # then there is no cache, and the home is all to be looked at
        await session.service.stop()
        await session.service.start(Manner.CACHING)
        job = await session.create_job(PAGES)
        await job.until("completed", "faulted", within_s=60)
        await session.home.until_listed(
            "cache", _has_files, label="waited", within_s=EMPTY_S
        )
        await session.home.listing("cache", label="cached", is_reading=True)
        await job.delete()
        await session.home.until_listed(
            "cache",
            lambda entries: not _has_files(entries),
            label="removed",
            within_s=EMPTY_S,
        )
        job = await session.create_job(PAGES, label="create-again")
        await job.until("completed", "faulted", label="ended-again", within_s=60)
        await session.home.until_listed(
            "cache", _has_files, label="cached again", within_s=EMPTY_S
        )
        await session.service.kill()
        await session.home.listing("cache", label="orphans")
        await session.service.start(label="started again")
        await session.home.listing("cache", label="swept")


@check("FILES-cache-encrypted", after=("JOBS-completes",), deadline_s=240)
class CacheEncrypted(_Cached):
    """Who finds a file of the cache can do nothing with it."""

    def judge(self, transcript: Transcript) -> None:
        """There must be files, and none that makes sense."""
        files = [each for each in transcript.fact("cached") if each["kind"] == "file"]
        if not sum(each["size"] for each in files):
            raise Mismatch("files in cache", "none", "cached")
        for each in files:
            _expect_noise(each)


@check(
    "FILES-private",
    after=("FILES-folders", "FILES-cache-encrypted"),
    deadline_s=240,
)
class Private(_Cached):
    """Nobody but the service's account gets in."""

    def judge(self, transcript: Transcript) -> None:
        """Look at the rights of folders, of files in some, and of keys."""
        keys = transcript.fact("keys")
        for each in transcript.fact("home"):
            _expect_closed(each, keys, label="home")
        if "cached" in transcript:
            for each in transcript.fact("cached"):
                _expect_closed(each, keys, label="cached")


@check("FILES-cache-removed", after=("FILES-cache-encrypted",), deadline_s=240)
class CacheRemoved(_Cached):
    """The files go with their job."""

    def judge(self, transcript: Transcript) -> None:
        """There must have been files, and then none."""
        _expect_files(transcript, "cached")
        _expect_no_files(transcript, "removed")


@check("FILES-cache-swept", after=("FILES-cache-encrypted",), deadline_s=240)
class CacheSwept(_Cached):
    """What a crash left in the cache is gone when the service is back."""

    def judge(self, transcript: Transcript) -> None:
        """What was there when nobody ran must not be there now."""
        orphans = _expect_files(transcript, "orphans")
        stayed = [
            path for path in sizes_in(transcript.fact("swept")) if path in orphans
        ]
        if stayed:
            raise Mismatch("no orphans in cache", ", ".join(stayed), "swept")


def _has_files(entries: list[dict[str, Any]]) -> bool:
    return bool(sizes_in(entries))


def _expect_files(transcript: Transcript, label: str) -> dict[str, int]:
    files = sizes_in(transcript.fact(label))
    if not files:
        raise Mismatch("files in cache", "none", label)
    return files


def _expect_no_files(transcript: Transcript, label: str) -> None:
    if files := sizes_in(transcript.fact(label)):
        raise Mismatch("no file in cache", ", ".join(files), label)


def _expect_closed(entry: dict[str, Any], keys: list[str], *, label: str) -> None:
    path = entry["path"]
    is_closed = entry["kind"] == "folder" or path in keys
    is_closed |= entry["kind"] == "file" and path.startswith(CLOSED)
    if is_closed and int(entry["mode"], 8) & FOREIGN_RIGHTS:
        raise Mismatch(f"{path} closed to others", f"mode {entry['mode']}", label)


def _expect_noise(entry: dict[str, Any]) -> None:
    if not entry["size"]:
        return  # made a moment ago, and not written yet: there is nothing to read
    form = form_in(entry, label="cached")
    if form["is_text"] or form["contains"]:
        seen = ", ".join(form["contains"]) or "text"
        raise Mismatch(f"{entry['path']} to be unreadable", seen, "cached")
    bits = form["bits_per_byte"]
    if entry["size"] >= ENOUGH and bits < NOISE_BITS:
        seen = f"{bits} bits a byte"
        raise Mismatch(f"{entry['path']} to be noise", seen, "cached")
