"""Checks of changes to the configuration: taken up live, outweighed, left alone."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.configuration import (
    FILE,
    LISTED,
    ask_origins,
    expect_allowed,
)
from scanwright_conformance.checks.server import SERVER, level_in
from scanwright_conformance.deadline import Expired, until
from scanwright_conformance.expect import expect_equal, expect_error
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.session import configuration_text
from scanwright_conformance.target import Manner

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

__all__ = ["until_level"]

DROP_IN: Final = "DSConfiguration.d/50-check.ini"
ADDED: Final = "https://added.example.test"
LAST: Final = "https://last.example.test"
LIVE_S: Final = 5.0


class _Changed(Check):
    """The file changes while the service runs, and the service starts again."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Change it live, break it live, and start anew with a drop-in."""
        settings = _settings("1", LISTED)
        ports = await session.service.configure(settings, label="configured")
        await session.http("GET", SERVER, label="before")
        more = _settings("14", LISTED, ADDED)
        await session.home.write(FILE, configuration_text(ports, more))
        await until_level(session, 30, label="live")
        await _until_allowed(session, ADDED, label="live origin")
        wrong = _settings("loud", LISTED, ADDED, LAST)
        await session.home.write(FILE, configuration_text(ports, wrong))
        # once the rest of it counts, so would the wrong value
        await _until_allowed(session, LAST, label="live beside wrong")
        await session.http("GET", SERVER, label="live wrong")
        last = _settings("1", LISTED, ADDED)
        await session.home.write(FILE, configuration_text(ports, last))
        drop_in = f"[DS]\nAccess-Control-Allow-Origin={ADDED}\nLogLevel=14\n"
        await session.home.write(DROP_IN, drop_in)
        await session.home.text(FILE, label="file before")
        await session.home.text(DROP_IN, label="drop-in before")
        await session.service.stop(label="stop again")
        await session.service.start(Manner.BARE, label="started again")
        await session.http("GET", SERVER, label="drop-in level")
        await ask_origins(session, "drop-in", ADDED, LISTED)
        await session.home.text(FILE, label="file after")
        await session.home.text(DROP_IN, label="drop-in after")


@check("CONFIG-live", after=("CONFIG-log-level", "CONFIG-origins"), deadline_s=120)
class Live(_Changed):
    """A change counts soon."""

    def judge(self, transcript: Transcript) -> None:
        """Look at the level and at the list after the change."""
        before, live = transcript["before"], transcript["live"]
        expect_equal(before, level_in(before), 1, what="logLevel")
        expect_equal(live, level_in(live), 30, what="logLevel")
        expect_allowed(transcript["live origin"], ADDED)


@check("CONFIG-live-wrong", after=("CONFIG-log-level",), deadline_s=120)
class LiveWrong(_Changed):
    """A change that is none changes nothing."""

    def judge(self, transcript: Transcript) -> None:
        """The level is what it was."""
        before, after = transcript["live"], transcript["live wrong"]
        expect_equal(after, level_in(after), level_in(before), what="logLevel still")


@check("CONFIG-drop-in", after=("CONFIG-log-level", "CONFIG-origins"), deadline_s=120)
class DropIn(_Changed):
    """The drop-in has the last word."""

    def judge(self, transcript: Transcript) -> None:
        """Its level and its list count, and not those of the file."""
        answer = transcript["drop-in level"]
        expect_equal(answer, level_in(answer), 30, what="logLevel")
        expect_allowed(transcript["drop-in listed"], ADDED)
        expect_error(transcript["drop-in unlisted"], 403, -2137)


@check("CONFIG-survives-restart", after=("CONFIG-ports",), deadline_s=120)
class SurvivesRestart(_Changed):
    """The service leaves the files of people alone."""

    def judge(self, transcript: Transcript) -> None:
        """They must be the same to the letter."""
        for name in ("file", "drop-in"):
            before = transcript.fact(f"{name} before")
            after = transcript.fact(f"{name} after")
            if before is None or before != after:
                seen = "it is gone" if after is None else "it is changed"
                raise Mismatch(f"the {name} as it was", seen, f"{name} after")


def _settings(level: str, *origins: str) -> dict[str, str]:
    return {"LogLevel": level, "Access-Control-Allow-Origin": ",".join(origins)}


async def until_level(
    session: Session,
    level: int,
    *,
    label: str,
) -> None:
    """Ask for the level until it is `level` or the time is over; record the last."""

    def is_there(exchange: Exchange) -> bool:
        body = exchange.json_or_none()
        return isinstance(body, dict) and body.get("logLevel") == level

    await _until_answer(session, is_there, {}, label=label)


async def _until_allowed(session: Session, origin: str, *, label: str) -> None:
    def is_there(exchange: Exchange) -> bool:
        return exchange.answer is not None and exchange.answer.status == 200

    headers = {"Origin": origin}
    await _until_answer(session, is_there, headers, label=label)


async def _until_answer(
    session: Session,
    is_there: Callable[[Exchange], bool],
    headers: dict[str, str],
    *,
    label: str,
) -> None:
    async def attempt() -> bool | None:
        session.recorder.drop(label)
        answer = await session.http("GET", SERVER, label=label, headers=headers)
        return True if is_there(answer) else None

    with contextlib.suppress(Expired):  # the judge sees the last answer
        await until(attempt, within_s=LIVE_S)
