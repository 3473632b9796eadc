"""Checks of the server's settings and version."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_error,
    expect_member,
    expect_object,
)

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

__all__ = ["SERVER", "VERSION", "kept_level", "level_in", "set_level"]

SERVER: Final = "/api/server"
VERSION: Final = "/api/server/version"

LEVELS: Final = (0, 30, 1)
# 14 is the configuration file's verbose, which is another scale.
NO_LEVELS: Final = (14, 2, 29, 31, -1, 2**40)


@check("SERVER-settings")
class Settings(Check):
    """The settings are an object with one of the three published log levels."""

    async def stimulate(self, session: Session) -> None:
        """Read the settings."""
        await session.http("GET", SERVER, label="settings")

    def judge(self, transcript: Transcript) -> None:
        """Look for the log level."""
        settings = transcript["settings"]
        level = level_in(settings)
        expect(settings, level in LEVELS, "logLevel 0, 1 or 30", level)


@check("SERVER-log-level", after=("SERVER-settings",))
class LogLevel(Check):
    """Each of the three levels can be set, and then is read."""

    async def stimulate(self, session: Session) -> None:
        """Set each level and read it, then set what it was before."""
        async with kept_level(session):
            for level in LEVELS:
                await set_level(session, level, label=f"set-{level}")
                await session.http("GET", SERVER, label=f"read-{level}")

    def judge(self, transcript: Transcript) -> None:
        """Compare what was set with the answer and with the next reading."""
        for level in LEVELS:
            for label in (f"set-{level}", f"read-{level}"):
                seen = transcript[label]
                expect_equal(seen, level_in(seen), level, what="logLevel")


@check("SERVER-log-level-scale", after=("SERVER-settings",))
class LogLevelScale(Check):
    """Levels of other scales are refused."""

    async def stimulate(self, session: Session) -> None:
        """Try to set what is no level here, and read the level after each."""
        async with kept_level(session):
            for level in NO_LEVELS:
                await set_level(session, level, label=f"set-{level}")
                await session.http("GET", SERVER, label=f"read-{level}")

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals, and for the level that was there before."""
        before = level_in(transcript["before"])
        for level in NO_LEVELS:
            expect_error(transcript[f"set-{level}"], 400, -2113)
            after = transcript[f"read-{level}"]
            expect_equal(after, level_in(after), before, what="logLevel still")


@check("SERVER-patch-partial", after=("SERVER-log-level",))
class PatchPartial(Check):
    """A change that names no setting changes none."""

    async def stimulate(self, session: Session) -> None:
        """Send an empty object while the level is not the usual one."""
        async with kept_level(session):
            await set_level(session, 30, label="set")
            await session.http("PATCH", SERVER, label="empty", json={})
            await session.http("GET", SERVER, label="after")

    def judge(self, transcript: Transcript) -> None:
        """Look for the level in the answer and afterwards."""
        for label in ("empty", "after"):
            seen = transcript[label]
            expect_equal(seen, level_in(seen), 30, what="logLevel still")


@check("SERVER-version")
class Version(Check):
    """The version is a date, and says whether it is compatible."""

    async def stimulate(self, session: Session) -> None:
        """Ask for the version."""
        await session.http("GET", VERSION, label="version")

    def judge(self, transcript: Transcript) -> None:
        """Read the version as a date."""
        answer = transcript["version"]
        expect_object(answer, 200)
        version = expect_member(answer, "version", str)
        expect(answer, _is_date(version), "version as YYYYMMDD", version)
        expect_member(answer, "compatible", bool)


@check("SERVER-version-query", after=("SERVER-version",))
class VersionQuery(Check):
    """A client may say more than the service understands."""

    async def stimulate(self, session: Session) -> None:
        """Name a version and a thing that nobody knows."""
        query = {"version": "20991231", "unheard-of": "yes"}
        await session.http("GET", VERSION, label="version", query=query)

    def judge(self, transcript: Transcript) -> None:
        """Look for the version."""
        expect_object(transcript["version"], 200)
        expect_member(transcript["version"], "version", str)


@check("SERVER-module-versions", after=("SERVER-version",))
class ModuleVersions(Version):
    """Modules are listed with the versions that are installed."""

    def judge(self, transcript: Transcript) -> None:
        """Look at every module, and for the core."""
        answer = transcript["version"]
        expect_object(answer, 200)
        modules = expect_member(answer, "moduleVersions", dict)
        expect(answer, "core" in modules, "a module core", sorted(modules))
        for name, versions in modules.items():
            wanted = f"{name} to have a list of version strings"
            expect(answer, _are_versions(versions), wanted, versions)


@asynccontextmanager
async def kept_level(session: Session) -> AsyncIterator[None]:
    """Read the level as "before", and set it again at the end."""
    before = await session.http("GET", SERVER, label="before")
    try:
        yield
    finally:
        settings = before.json_or_none()
        if isinstance(settings, dict) and "logLevel" in settings:
            await set_level(session, settings["logLevel"], label="restore")


async def set_level(session: Session, level: int, *, label: str) -> None:
    """Set the log level."""
    await session.http("PATCH", SERVER, label=label, json={"logLevel": level})


def level_in(exchange: Exchange) -> int:
    """Return the log level of a 200 answer."""
    expect_object(exchange, 200)
    return expect_member(exchange, "logLevel", int)


def _is_date(text: str) -> bool:
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return False
    try:
        datetime.strptime(text, "%Y%m%d").astimezone()
    except (OverflowError, ValueError):
        return False
    return True


def _are_versions(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(version, str) and version for version in value)
    )
