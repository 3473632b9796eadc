"""Checks of the opaque settings: given out by one job, taken back by another."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.devices_capabilities import CapabilitiesPending
from scanwright_conformance.checks.jobs_offers import (
    PIXEL_TYPE,
    RESOLUTIONS,
    current,
    offer,
    read_capabilities,
)
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_member,
    expect_object,
    expect_status,
)
from scanwright_conformance.session import Stopped

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

BELOW: Final = "/scanner/settings"
PENDING: Final = {"autoRun": False}
ANSWER_TIMEOUT_S: Final = 20.0
DIALOG: Final = {
    "default": {},
    "shown": {"showui": "true"},
    "hidden": {"showui": "false"},
}


@check("DEV-settings", after=("JOBS-autorun",), deadline_s=90)
class Settings(Check):
    """A pending job gives out its settings, whatever is said about a dialog."""

    async def stimulate(self, session: Session) -> None:
        """Ask with the dialog, without it, and without a word about it."""
        job = await session.create_job(PENDING)
        for label, query in DIALOG.items():
            await job.get(BELOW, label=label, query=query, timeout_s=ANSWER_TIMEOUT_S)

    def judge(self, transcript: Transcript) -> None:
        """Look for base64 in each answer."""
        for label in DIALOG:
            answer = transcript[label]
            expect_object(answer, 200)
            text = expect_member(answer, "settings", str)
            expect(answer, _is_base64(text), "settings in base64", text)


@check("DEV-settings-round-trip", after=("DEV-settings", "JOBS-config-applies"))
class SettingsRoundTrip(Check):
    """A job with the settings of another one scans as that would have."""

    async def stimulate(self, session: Session) -> None:
        """Choose unusual values in one job, and carry its settings to the next."""
        probe = await session.create_job(PENDING, label="probe")
        usual = await read_capabilities(probe, label="usual")
        await probe.delete(label="probe-delete")
        config = _unusual(usual)
        first = await session.create_job({**PENDING, "config": config}, label="first")
        await read_capabilities(first, label="given")
        query = DIALOG["hidden"]
        answer = await first.get(BELOW, label="settings", query=query)
        await first.delete(label="first-delete")
        body = {**PENDING, "settings": _settings(answer)}
        second = await session.create_job(body, label="second")
        await read_capabilities(second, label="taken")

    def judge(self, transcript: Transcript) -> None:
        """Compare the current values of the two jobs."""
        given, taken = transcript["given"], transcript["taken"]
        expect_status(given, 200)
        expect_status(taken, 200)
        for number in (PIXEL_TYPE, *RESOLUTIONS):
            wanted = current(given, number)
            expect(given, wanted is not None, f"a current value of {number}", "none")
            what = f"the current value of {number}"
            expect_equal(taken, current(taken, number), wanted, what=what)


@check("DEV-settings-pending", after=("DEV-settings", "JOBS-completes"))
class SettingsPending(CapabilitiesPending):
    """Once a job was started it gives out no settings any more."""

    below = BELOW


def _unusual(usual: Exchange) -> dict[str, Any]:
    """Return a config that differs from the current values wherever it can."""
    config: dict[str, Any] = {}
    types = offer(usual, PIXEL_TYPE)
    others = [
        value
        for value in (types.values if types else ())
        if value != current(usual, PIXEL_TYPE)
    ]
    if others:
        config["PixelType"] = others[0]
    resolutions = offer(usual, RESOLUTIONS[0])
    some = resolutions.some(2, 100) if resolutions else ()
    if some:
        now = current(usual, RESOLUTIONS[0])
        config["Resolution"] = next((dpi for dpi in some if dpi != now), some[0])
    return config


def _settings(exchange: Exchange) -> str:
    body = exchange.json_or_none()
    text = body.get("settings") if isinstance(body, dict) else None
    if not isinstance(text, str):
        raise Stopped("the first job gave out no settings")
    return text


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return False
