"""Checks of members and parameters of a wrong type, or out of their range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._secret_jobs import forbidden_job, try_scanner
from scanwright_conformance.checks.server import SERVER, kept_level, level_in
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_error,
    expect_member,
    expect_status,
)
from scanwright_conformance.session import JOBS

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

LEVELS: Final[tuple[Any, ...]] = ("1", 1.5, True, None, [1], {})

# The path of a member in a job's creation, and a value that it cannot have.
MEMBERS: Final[tuple[tuple[str, Any], ...]] = (
    ("autoRun", "true"),
    ("autoRun", 1),
    ("autoRun", None),
    ("requestFocusForScanningUI", "no"),
    ("scannerFailureTimeout", "15"),
    ("scannerFailureTimeout", 1.5),
    ("scannerFailureTimeout", -1),
    ("jobTimeout", "60"),
    ("jobTimeout", -1),
    ("device", 7),
    ("device", {}),
    ("settings", 7),
    ("checkFeederLoaded", "false"),
    ("config", []),
    ("config", "A4"),
    ("config.Resolution", "100"),
    ("config.Resolution", True),
    ("config.PixelType", "gray"),
    ("config.PixelType", 99),
    ("config.XferCount", "1"),
    ("config.XferCount", 0),
    ("config.extendedImageInfoQueryLevel", 3),
    ("config.IfFeederEnabled", 1),
    ("config.IfDuplexEnabled", "yes"),
    ("config.IfShowUI", 0),
    ("caps", []),
    ("caps.exception", "perhaps"),
    ("caps.exception", 1),
    ("caps.capabilities", {}),
)


@check("HTTP-mistyped-member", after=("SERVER-settings", "HTTP-malformed-json"))
class MistypedMember(Check):
    """A wrong value is refused, and nothing has happened."""

    async def stimulate(self, session: Session) -> None:
        """Send each wrong value, and then what would not go if one had had effect."""
        async with kept_level(session):
            for number, level in enumerate(LEVELS, start=1):
                body = {"logLevel": level}
                await session.http("PATCH", SERVER, label=f"level-{number}", json=body)
            await session.http("GET", SERVER, label="after")
        good = forbidden_job(session)
        for number, (path, value) in enumerate(MEMBERS, start=1):
            await session.http(
                "POST",
                JOBS,
                label=f"member-{number}",
                headers=session.licence,
                json=_with(good, path, value),
            )
        await session.http("GET", "/api/device/scanners?type=none", label="query")
        if "scanner" in session.target.capabilities:
            await try_scanner(session, label="next-job")

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals, the level as before, and a scanner that is free."""
        for number in range(1, len(LEVELS) + 1):
            expect_error(transcript[f"level-{number}"], 400, -2113)
        for number in range(1, len(MEMBERS) + 1):
            expect_error(transcript[f"member-{number}"], 400, -2113)
        before, after = transcript["before"], transcript["after"]
        expect_equal(after, level_in(after), level_in(before), what="logLevel still")
        if "next-job" in transcript:
            expect_status(transcript["next-job"], 201)


@check("HTTP-message-names-member", after=("HTTP-mistyped-member",))
class MessageNamesMember(MistypedMember):
    """The reader of the message learns what to mend."""

    def judge(self, transcript: Transcript) -> None:
        """Look for the member's own name in each message."""
        wrong = {f"level-{number}": "logLevel" for number in range(1, len(LEVELS) + 1)}
        for number, (path, _) in enumerate(MEMBERS, start=1):
            wrong[f"member-{number}"] = path.rpartition(".")[2]
        wrong["query"] = "type"
        for label, name in wrong.items():
            answer = transcript[label]
            message = expect_member(answer, "message", str)
            expect(answer, name in message, f"a message that names {name}", message)


def _with(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return `body` with the member at the dotted `path` set to `value`."""
    outer, _, inner = path.partition(".")
    return {**body, outer: {inner: value} if inner else value}
