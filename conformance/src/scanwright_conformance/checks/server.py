"""Checks of the server's settings and version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright_conformance.check import Check, check
from scanwright_conformance.expect import expect, expect_member, expect_object

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript


@check("SERVER-settings")
class Settings(Check):
    """The settings are an object with one of the three published log levels."""

    async def stimulate(self, session: Session) -> None:
        """Read the settings."""
        await session.http("GET", "/api/server", label="settings")

    def judge(self, transcript: Transcript) -> None:
        """Look for the log level."""
        settings = transcript["settings"]
        expect_object(settings, 200)
        level = expect_member(settings, "logLevel", int)
        expect(settings, level in {0, 1, 30}, "logLevel 0, 1 or 30", level)
