"""Checks of the manager: its welcome page, its administrator, its access prompts."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.configuration_changes import until_level
from scanwright_conformance.checks.server import SERVER, VERSION, level_in
from scanwright_conformance.expect import (
    expect,
    expect_answer,
    expect_array,
    expect_equal,
    expect_error,
    expect_member,
    expect_object,
    expect_status,
)
from scanwright_conformance.session import JOBS
from scanwright_conformance.target import Port, Role

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

TOKEN_FILE: Final = "admin_token"  # noqa: S105 - a name, no token
SETTINGS: Final = "/admin/api/settings"
ACCESS: Final = "/admin/api/access"
SCANNERS: Final = "/api/device/scanners"
PAGE: Final = "https://page.example.test"
OTHER: Final = "https://other.example.test"
INTRUDER: Final = "https://intruder.example.test"
UNLISTED: Final = "https://unlisted.example.test"
VERBOSE: Final = {"key": "LogLevel", "value": "14"}
HIDDEN: Final = re.compile(
    r"(?is)<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\b[^>]*>|\Z)"
)


@check("MANAGER-welcome-facts", after=("PORTS-manager-http",))
class WelcomeFacts(Check):
    """The welcome page tells what runs."""

    async def stimulate(self, session: Session) -> None:
        """Read it, and what it should tell."""
        main = await session.machine.until_running(Role.MAIN, label="main")
        session.fact("pid", main.pid)
        await session.http("GET", VERSION, label="version")
        await session.http("GET", "/", label="page", port=Port.MANAGER)

    def judge(self, transcript: Transcript) -> None:
        """Look for both in the text."""
        page, version = transcript["page"], transcript["version"]
        expect_object(version)
        core = expect_member(version, "moduleVersions.core.0", str)
        text = _text(expect_status(page, 200).body.data or b"")
        for what in (core, str(transcript.fact("pid"))):
            expect(page, _has(text, what), f"the text to have {what}", "it has not")


@check("MANAGER-web-setup-off", after=("SERVER-settings",))
class WebSetupOff(Check):
    """Who has not switched changes by the web on has none."""

    async def stimulate(self, session: Session) -> None:
        """Try one, with everything that it needs but the switch."""
        await session.home.keep()
        await session.http("GET", SERVER, label="before")
        await _patch(session, await _bearer(session), label="change")
        await session.http("GET", SERVER, label="after")

    def judge(self, transcript: Transcript) -> None:
        """It must be refused, and without effect."""
        expect_status(transcript["change"], 403)
        _expect_same_level(transcript, "before", "after")


class _Administered(Check):
    """The service is started so that it may be administered, and asks before scans."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Try changes of all kinds, and ask for scanners as a page."""
        settings = {
            "EnableWebSetup": "TRUE",
            "EnableScannerAccessAuth": "TRUE",
            "Access-Control-Allow-Origin": f"{PAGE},{OTHER},{INTRUDER}",
        }
        await session.service.configure(settings)
        bearer = await _bearer(session)
        await session.http("GET", SERVER, label="before")
        await _patch(session, {}, label="no token")
        await _patch(session, {"Authorization": "Bearer wrong"}, label="wrong token")
        await self._answer_as_intruder(session, {}, label="answer without token")
        await session.http("GET", SERVER, label="after tokens")
        await _patch(session, {**bearer, "Origin": PAGE}, label="foreign")
        await _patch(session, {**bearer, "Origin": UNLISTED}, label="unlisted")
        page = {**bearer, "Origin": INTRUDER}
        await self._answer_as_intruder(session, page, label="foreign answer")
        await session.http("GET", SERVER, label="after pages")
        await self._ask_as_pages(session, bearer)
        await _patch(session, bearer, label="change")
        await until_level(session, 30, label="changed")

    async def _answer_as_intruder(
        self,
        session: Session,
        headers: dict[str, str],
        *,
        label: str,
    ) -> None:
        """Try to let a page in, where there are prompts, and ask as that page."""
        if "access-prompts" in session.target.capabilities:
            await _answer(session, headers, INTRUDER, "allow", label=label)
            await _list(session, INTRUDER, label=f"after {label}")

    async def _ask_as_pages(self, session: Session, bearer: dict[str, str]) -> None:
        await _list(session, PAGE, label="asked")
        body = {"device": "{}", "autoRun": False}
        headers = {"Origin": PAGE}
        await session.http("POST", JOBS, label="job", json=body, headers=headers)
        await session.http("GET", SCANNERS, label="program")
        await _answer(session, bearer, PAGE, "allow", label="allow")
        await _list(session, PAGE, label="allowed")
        await _list(session, OTHER, label="other")
        await _answer(session, bearer, PAGE, "deny", label="deny")
        await _list(session, PAGE, label="denied")


@check("MANAGER-web-setup-on", deadline_s=90)
class WebSetupOn(_Administered):
    """A change that is allowed counts."""

    def judge(self, transcript: Transcript) -> None:
        """It must be answered 200, and be in effect."""
        expect_status(transcript["change"], 200)
        changed = transcript["changed"]
        expect_equal(changed, level_in(changed), 30, what="logLevel")


@check("MANAGER-admin-token", after=("MANAGER-web-setup-on",), deadline_s=90)
class AdminToken(_Administered):
    """Who cannot read the token cannot change anything."""

    def judge(self, transcript: Transcript) -> None:
        """All must be refused, and without effect."""
        for label in ("no token", "wrong token"):
            expect_error(transcript[label], 401, -2911)
        _expect_same_level(transcript, "before", "after tokens")
        if "answer without token" in transcript:
            expect_error(transcript["answer without token"], 401, -2911)
            expect_status(transcript["after answer without token"], 403)


@check("MANAGER-admin-foreign", after=("MANAGER-web-setup-on",), deadline_s=90)
class AdminForeign(_Administered):
    """A page cannot change anything, whatever it knows."""

    def judge(self, transcript: Transcript) -> None:
        """All must be refused, and without effect."""
        for label in ("foreign", "unlisted"):
            expect_status(transcript[label], 403)
        _expect_same_level(transcript, "after tokens", "after pages")
        if "foreign answer" in transcript:
            expect_status(transcript["foreign answer"], 403)
            before = expect_answer(transcript["after answer without token"]).status
            after = transcript["after foreign answer"]
            status = expect_answer(after).status
            expect_equal(after, status, before, what="status still")


@check("MANAGER-prompt", after=("DEV-list", "CONFIG-origins"), deadline_s=90)
class Prompt(_Administered):
    """A page that the user has not let in finds no scanner."""

    def judge(self, transcript: Transcript) -> None:
        """The page is refused, a program is served."""
        expect_error(transcript["asked"], 403, -2911)
        expect_error(transcript["job"], 403, -2911)
        expect_array(transcript["program"])


@check("MANAGER-consent", after=("MANAGER-prompt",), deadline_s=90)
class Consent(_Administered):
    """What the user says counts at once, and for that page alone."""

    def judge(self, transcript: Transcript) -> None:
        """Allowed it is served, denied it is not, and another never is."""
        expect_status(transcript["allow"], 200)
        expect_array(transcript["allowed"])
        expect_error(transcript["other"], 403, -2911)
        expect_status(transcript["deny"], 200)
        expect_error(transcript["denied"], 403, -2911)


async def _bearer(session: Session) -> dict[str, str]:
    token = (await session.home.content(TOKEN_FILE)).decode("ascii", "replace").strip()
    return {"Authorization": f"Bearer {token}"}


async def _patch(session: Session, headers: dict[str, str], *, label: str) -> None:
    await session.http(
        "PATCH",
        SETTINGS,
        label=label,
        port=Port.MANAGER,
        headers=headers,
        json=VERBOSE,
    )


async def _answer(
    session: Session,
    headers: dict[str, str],
    origin: str,
    answer: str,
    *,
    label: str,
) -> None:
    body = {"origin": origin, "access": "scanner", "answer": answer}
    await session.http(
        "PUT", ACCESS, label=label, port=Port.MANAGER, headers=headers, json=body
    )


async def _list(session: Session, origin: str, *, label: str) -> None:
    headers = {"Origin": origin}
    await session.http("GET", SCANNERS, label=label, headers=headers)


def _expect_same_level(transcript: Transcript, before: str, after: str) -> None:
    level, answer = level_in(transcript[before]), transcript[after]
    expect_equal(answer, level_in(answer), level, what="logLevel still")


def _has(text: str, what: str) -> bool:
    """Whether `what` is in a text as itself, and not within a longer number."""
    return re.search(rf"(?<![\d.]){re.escape(what)}(?!\.?\w)", text) is not None


def _text(page: bytes) -> str:
    """Return the words of a page, without markup, comments and scripts."""
    html = HIDDEN.sub(" ", page.decode(errors="replace"))
    return unescape(re.sub(r"<[^>]*>", " ", html))
