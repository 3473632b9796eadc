"""Checks of the home: its folders, dumps and logs."""

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

__all__ = ["files_in", "form_in", "sizes_in"]

FOLDERS: Final = ("cache", "cert", "dump", "log", "upload", "storage")
GENERATION_1_JOBS: Final = "/DWTAPI/ScanJobs"
DUMP_S: Final = 5.0
LONGEST_WORD: Final = 512
"""Paths and addresses are shorter; a picture in base64 is longer."""

CRASHES: Final = ("first", "second")
LICENCE_HEADERS: Final = ("DWT-PRODUCT-KEY", "X-DICS-LICENSE-KEY")


@check("FILES-folders")
class Folders(Check):
    """The published folders are there."""

    async def stimulate(self, session: Session) -> None:
        """List the home."""
        await session.home.listing(label="home")

    def judge(self, transcript: Transcript) -> None:
        """Look for each."""
        entries = transcript.fact("home")
        there = {each["path"] for each in entries if each["kind"] == "folder"}
        if missing := [name for name in FOLDERS if name not in there]:
            wanted = f"the folders {', '.join(missing)}"
            raise Mismatch(wanted, ", ".join(sorted(there)), "home")


class _Crash(Check):
    """Main crashes while a page is in its memory, and then once more."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Scan a page where there is a scanner, crash main, and look at the dumps."""
        await settled(session, label="settled")
        if "scanner" in session.target.capabilities:
            job = await session.create_job(ONE_PAGE)
            await job.until("completed", "faulted")
        for number in CRASHES:
            await _crash(session, number)
        await session.home.listing("dump", label="after", is_reading=True)


@check("FILES-dump", after=("SERVICE-main-returns",), deadline_s=90)
class Dump(_Crash):
    """A crash leaves a dump, and so does the next one."""

    def judge(self, transcript: Transcript) -> None:
        """Look for files that are new, and not empty."""
        for number in CRASHES:
            before = sizes_in(transcript.fact(f"before {number}"))
            label = f"{number} seen"
            after = sizes_in(transcript.fact(label))
            if not _has_more(after, before):
                raise Mismatch("a new file in dump", ", ".join(after) or "none", label)


@check("FILES-dump-no-image", after=("FILES-dump",), deadline_s=90)
class DumpNoImage(_Crash):
    """A dump tells what happened, and nothing of what was scanned."""

    def judge(self, transcript: Transcript) -> None:
        """Every file must be text with words of a usual length."""
        for each in transcript.fact("after"):
            if each["kind"] != "file":
                continue
            form = form_in(each, label="after")
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
            for name in LICENCE_HEADERS:
                headers = {name: secret}
                await session.http("GET", SERVER, label=name, headers=headers)
            body = {"device": "none", "license": secret}
            await session.http("POST", JOBS, label="job", json=body)
            if "scanner" in session.target.capabilities:
                await _create_with(session, secret)
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


def form_in(entry: dict[str, Any], *, label: str) -> dict[str, Any]:
    """Return what the bytes of a file in the listing `label` are like.

    Of a file that was too large to be read nobody can say that it is harmless.
    """
    form: dict[str, Any] | None = entry.get("form")
    if form is None:
        raise Mismatch(f"{entry['path']} to be looked through", "too much", label)
    return form


async def _crash(session: Session, number: str) -> None:
    """Crash main, wait for a dump as long as it may take, and until all are back."""
    listed = await session.home.listing("dump", label=f"before {number}")
    before = sizes_in(listed)
    main = await session.machine.until_running(Role.MAIN, label=f"{number} main")
    await session.machine.signal(main, "SIGSEGV", label=f"{number} crash")
    await session.home.until_listed(
        "dump",
        lambda entries: _has_more(sizes_in(entries), before),
        label=f"{number} seen",
        within_s=DUMP_S,
    )
    await session.until_back(label=f"back after {number}")
    await settled(session, label=f"settled after {number}")


async def _create_with(session: Session, key: str) -> None:
    """Ask for jobs of both generations with `key`, where it is looked at.

    Whether they are created is no matter; the first must not lock out the second.
    """
    headers = dict.fromkeys(LICENCE_HEADERS, key)
    body = {"device": session.device(), "autoRun": False}
    made = await session.http("POST", JOBS, label="create", headers=headers, json=body)
    if made.answer is not None and made.answer.status == 201:
        await session.job_of(made).delete()
    old = {"device": session.device(), "license": key, **ONE_PAGE}
    await session.http("POST", GENERATION_1_JOBS, label="generation 1", json=old)


def _has_more(after: dict[str, int], before: dict[str, int]) -> bool:
    return any(size and path not in before for path, size in after.items())
