"""Checks of the home: its folders, their rights, dumps and logs."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.server import SERVER, kept_level, set_level
from scanwright_conformance.checks.service import settled
from scanwright_conformance.checks.service_scan import ONE_PAGE
from scanwright_conformance.expect import expect_status
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.session import JOBS
from scanwright_conformance.target import Role

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

__all__ = ["files_in", "sizes_in"]

FOLDERS: Final = ("cache", "cert", "dump", "log", "upload", "storage")
CLOSED: Final = ("cache/", "dump/", "log/")
CERTIFICATES: Final = "cert/"
FOREIGN_RIGHTS: Final = 0o077
DUMP_S: Final = 5.0
LONGEST_WORD: Final = 512
"""Paths and addresses are shorter; a picture in base64 is longer."""


class _Home(Check):
    """One look at everything in the home."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """List it, and tell private keys from certificates."""
        entries = await session.home.listing(label="home")
        keys = [
            path
            for path in files_in(entries, CERTIFICATES)
            if b"PRIVATE KEY" in await session.home.content(path)
        ]
        session.fact("keys", keys)


@check("FILES-folders")
class Folders(_Home):
    """The published folders are there."""

    def judge(self, transcript: Transcript) -> None:
        """Look for each."""
        entries = transcript.fact("home")
        there = {each["path"] for each in entries if each["kind"] == "folder"}
        if missing := [name for name in FOLDERS if name not in there]:
            wanted = f"the folders {', '.join(missing)}"
            raise Mismatch(wanted, ", ".join(sorted(there)), "home")


@check("FILES-private", after=("FILES-folders",))
class Private(_Home):
    """Nobody but the service's account gets in."""

    def judge(self, transcript: Transcript) -> None:
        """Look at the rights of folders, of files in some, and of keys."""
        keys = transcript.fact("keys")
        for each in transcript.fact("home"):
            path = each["path"]
            is_closed = each["kind"] == "folder" or path in keys
            is_closed |= each["kind"] == "file" and path.startswith(CLOSED)
            if is_closed and int(each["mode"], 8) & FOREIGN_RIGHTS:
                wanted = f"{path} closed to others"
                raise Mismatch(wanted, f"mode {each['mode']}", "home")


class _Crash(Check):
    """Main crashes while a page is in its memory."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Scan a page where there is a scanner, crash main, and look at the dumps."""
        await settled(session, label="settled")
        if "scanner" in session.target.capabilities:
            job = await session.create_job(ONE_PAGE)
            await job.until("completed", "faulted")
        before = sizes_in(await session.home.listing("dump", label="before"))
        main = await session.machine.until_running(Role.MAIN, label="main")
        await session.machine.signal(main, "SIGSEGV", label="crash")
        await session.home.until_listed(
            "dump",
            lambda entries: _has_more(sizes_in(entries), before),
            label="seen",
            within_s=DUMP_S,
        )
        await session.until_back(label="back")
        await settled(session, label="settled again")
        await session.home.listing("dump", label="after", is_reading=True)


@check("FILES-dump", after=("SERVICE-main-returns",), deadline_s=90)
class Dump(_Crash):
    """A crash leaves a dump."""

    def judge(self, transcript: Transcript) -> None:
        """Look for a file that is new, and not empty."""
        before = sizes_in(transcript.fact("before"))
        after = sizes_in(transcript.fact("seen"))
        if not _has_more(after, before):
            raise Mismatch("a new file in dump", ", ".join(after) or "none", "seen")


@check("FILES-dump-no-image", after=("FILES-dump",), deadline_s=90)
class DumpNoImage(_Crash):
    """A dump tells what happened, and nothing of what was scanned."""

    def judge(self, transcript: Transcript) -> None:
        """Every file must be text with words of a usual length."""
        for each in transcript.fact("after"):
            if each["kind"] != "file" or not each["size"]:
                continue
            form = each.get("form") or {"is_text": False, "contains": ["too much"]}
            if not form["is_text"] or form["contains"]:
                seen = ", ".join(form["contains"]) or "no text"
                raise Mismatch(f"{each['path']} to be text alone", seen, "after")
            if form["longest_word"] > LONGEST_WORD:
                seen = f"a word of {form['longest_word']} bytes"
                raise Mismatch(f"{each['path']} to have no data", seen, "after")


@check("FILES-log", deadline_s=90)
class Log(Check):
    """The log is text, and tells of each start."""

    async def stimulate(self, session: Session) -> None:
        """Look at it before and after a start."""
        await session.home.listing("log", label="before")
        await session.service.stop()
        await session.home.listing("log", label="stopped")
        await session.service.start()
        await session.home.listing("log", label="after", is_reading=True)

    def judge(self, transcript: Transcript) -> None:
        """A file of text must have grown."""
        stopped = sizes_in(transcript.fact("stopped"))
        forms = {
            each["path"]: each.get("form") or {}
            for each in transcript.fact("after")
            if each["kind"] == "file"
        }
        sizes = sizes_in(transcript.fact("after"))
        grown = [path for path in sizes if sizes[path] > stopped.get(path, 0)]
        if not any(forms.get(path, {}).get("is_text") for path in grown):
            seen = ", ".join(grown) or "none that grew"
            raise Mismatch("a file of text in log that grows", seen, "after")


@check("FILES-log-no-secrets")
class LogNoSecrets(Check):
    """What a client says in confidence is not written down."""

    async def stimulate(self, session: Session) -> None:
        """Send a key in every place that has one, and look for it in the log."""
        secret = f"secret-{secrets.token_hex(12)}"
        async with kept_level(session):
            await set_level(session, 30, label="verbose")
            for name in ("DWT-PRODUCT-KEY", "X-DICS-LICENSE-KEY"):
                headers = {name: secret}
                await session.http("GET", SERVER, label=name, headers=headers)
            body = {"device": "none", "license": secret}
            await session.http("POST", JOBS, label="job", json=body)
            query = {"license": secret}
            await session.http("GET", "/DWTAPI/Scanners", label="query", query=query)
        entries = await session.home.listing("log", label="log")
        found = [
            path
            for path in files_in(entries, "log/")
            if secret.encode() in await session.home.content(path)
        ]
        session.fact("found in", found)

    def judge(self, transcript: Transcript) -> None:
        """No file may have it, and there must be a file that could."""
        expect_status(transcript["verbose"], 200)
        if found := transcript.fact("found in"):
            raise Mismatch("no key in the log", ", ".join(found), "found in")
        if not list(files_in(transcript.fact("log"), "log/")):
            raise Mismatch("a log", "none", "log")


def files_in(entries: list[dict[str, Any]], folder: str) -> Iterator[str]:
    """Yield the paths of the files in a listing that are below `folder`."""
    for each in entries:
        if each["kind"] == "file" and each["path"].startswith(folder):
            yield each["path"]


def sizes_in(entries: list[dict[str, Any]]) -> dict[str, int]:
    """Return the sizes of the files in a listing, by path."""
    return {each["path"]: each["size"] for each in entries if each["kind"] == "file"}


def _has_more(after: dict[str, int], before: dict[str, int]) -> bool:
    return any(size and path not in before for path, size in after.items())
