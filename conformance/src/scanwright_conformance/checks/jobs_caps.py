"""Checks of `caps` and `settings`: what can be set, and which of several wins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.jobs_offers import (
    PIXEL_TYPE,
    RESOLUTIONS,
    current,
    offer,
    read_capabilities,
)
from scanwright_conformance.checks.jobs_wishes import DPI, ENDS, SLOW_S, ask_for_job
from scanwright_conformance.expect import (
    expect,
    expect_error,
    expect_member,
    expect_status,
)
from scanwright_conformance.session import Stopped
from scanwright_conformance.target import Unsupported

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

INVALID_PARAMETER: Final = -2113
DESCRIBED: Final = {
    PIXEL_TYPE: "PixelType",
    RESOLUTIONS[0]: "XResolution",
    RESOLUTIONS[1]: "YResolution",
}
"""Capabilities that can be seen in a page, by the member of imageInfo."""

ABSENT: Final = {"capability": 36_865, "curValue": 1}
"""The second of the numbers that TWAIN leaves to vendors."""

UNSETTABLE: Final = ({"capability": PIXEL_TYPE, "curValue": 13}, ABSENT)
"""No pixel type has the number 13."""

EXCEPTIONS: Final[dict[str, tuple[str | None, str | None, int]]] = {
    "default": (None, None, 201),
    "ignore": ("ignore", None, 201),
    "fail": ("fail", None, 400),
    "own-ignore": ("fail", "ignore", 201),
    "own-fail": ("ignore", "fail", 400),
    "own-fail-alone": (None, "fail", 400),
}
"""The overall exception, the capability's own, and the answer to expect."""

Wishes = dict[int, int]


@check(
    "JOBS-caps-apply",
    after=("JOBS-start", "DEV-capabilities-core", "PAGES-info"),
    deadline_s=60,
)
class CapsApply(Check):
    """A capability that was set shows in the pending job and in its pages."""

    async def stimulate(self, session: Session) -> None:
        """Set pixel type and resolution to something else, look, and scan."""
        probe = await session.create_job({"autoRun": False}, label="create-probe")
        wishes = _others(await read_capabilities(probe, label="capabilities-before"))
        await probe.delete(label="delete-probe")
        if not wishes:
            raise Unsupported("the scanner has one pixel type and one resolution")
        job = await session.create_job(
            {
                "autoRun": False,
                "caps": {"capabilities": _spelt(wishes)},
                "config": {"XferCount": 1},
            },
        )
        await job.get("/scanner/capabilities", label="capabilities")
        await job.start()
        await job.until(*ENDS, within_s=SLOW_S)
        await job.get("/next-page-info", label="info")

    def judge(self, transcript: Transcript) -> None:
        """Look for the values in both places."""
        wishes = _others(transcript["capabilities-before"])
        capabilities, info = transcript["capabilities"], transcript["info"]
        expect_status(capabilities, 200)
        expect_status(info, 200)
        for number, value in wishes.items():
            seen = current(capabilities, number)
            wanted = f"capability {number} to be {value}"
            expect(capabilities, seen == value, wanted, seen)
            name = DESCRIBED[number]
            described = expect_member(info, f"0.imageInfo.{name}", float)
            expect(info, described == value, f"{name} {value}", described)


@check("JOBS-caps-exception", after=("JOBS-autorun",), deadline_s=60)
class CapsException(Check):
    """`exception` says what becomes of a capability that cannot be set."""

    async def stimulate(self, session: Session) -> None:
        """Set what cannot be set, under every combination of the two exceptions."""
        for number, wish in enumerate(UNSETTABLE, start=1):
            for name, (overall, own, _) in EXCEPTIONS.items():
                label = f"{name}-{number}"
                body = {"autoRun": False, "caps": _caps(wish, overall, own)}
                asked = await ask_for_job(session, body, label=label)
                if asked.answer is not None and asked.answer.status == 201:
                    await session.job_of(asked).delete(label=f"{label}-deleted")

    def judge(self, transcript: Transcript) -> None:
        """Look for the jobs and for the refusals."""
        for number in range(1, len(UNSETTABLE) + 1):
            for name, (_, _, status) in EXCEPTIONS.items():
                asked = transcript[f"{name}-{number}"]
                if status == 201:
                    expect_status(asked, 201)
                else:
                    expect_error(asked, status, INVALID_PARAMETER)


@check(
    "JOBS-order",
    after=("JOBS-caps-apply", "DEV-settings-round-trip"),
    deadline_s=60,
)
class Order(Check):
    """Settings, then caps, then config: the later wins, wherever it stands."""

    async def stimulate(self, session: Session) -> None:
        """Give two of the three at a time, and all of them, with different values."""
        probe = await session.create_job({"autoRun": False}, label="create-probe")
        values = _three(await read_capabilities(probe, label="capabilities-before"))
        await probe.delete(label="delete-probe")
        if len(values) < 3:
            raise Unsupported("the scanner has less than three resolutions")
        first, second, third = values
        of_first = await session.create_job(
            {"autoRun": False, "config": {"Resolution": first}},
            label="create-first",
        )
        answer = await of_first.get(
            "/scanner/settings",
            label="settings",
            query={"showui": "false"},
        )
        await of_first.delete(label="delete-first")
        settings = _settings(answer)
        caps = {"capabilities": _spelt(dict.fromkeys(RESOLUTIONS, second))}
        config = {"Resolution": third}
        bodies: dict[str, dict[str, object]] = {
            "settings-caps": {"caps": caps, "settings": settings},
            "caps-config": {"config": config, "caps": caps},
            "settings-config": {"config": config, "settings": settings},
            "all": {"config": config, "caps": caps, "settings": settings},
        }
        for name, body in bodies.items():
            job = await session.create_job(
                {**body, "autoRun": False},
                label=f"create-{name}",
            )
            await job.get("/scanner/capabilities", label=name)
            await job.delete(label=f"delete-{name}")

    def judge(self, transcript: Transcript) -> None:
        """Look at the resolution that each job ended up with."""
        before = transcript["capabilities-before"]
        values = _three(before)
        expect(before, len(values) == 3, "three resolutions", values)
        _, second, third = values
        winners = {
            "settings-caps": second,
            "caps-config": third,
            "settings-config": third,
            "all": third,
        }
        for name, winner in winners.items():
            capabilities = transcript[name]
            expect_status(capabilities, 200)
            seen = current(capabilities, RESOLUTIONS[0])
            expect(capabilities, seen == winner, f"{winner} dpi", seen)


def _others(capabilities: Exchange) -> Wishes:
    """Return values that the scanner has and that are not the current ones."""
    wishes: Wishes = {}
    for number in (PIXEL_TYPE, RESOLUTIONS[0]):
        offered = offer(capabilities, number)
        now = current(capabilities, number)
        about = 0 if number == PIXEL_TYPE else DPI
        values = offered.some(2, about) if offered else ()
        other = [value for value in values if value != now]
        if other:
            wishes[number] = other[0]
    if RESOLUTIONS[0] in wishes:
        wishes[RESOLUTIONS[1]] = wishes[RESOLUTIONS[0]]
    return wishes


def _three(capabilities: Exchange) -> tuple[int, ...]:
    offered = offer(capabilities, RESOLUTIONS[0])
    return offered.some(3, DPI) if offered else ()


def _spelt(wishes: Wishes) -> list[dict[str, int]]:
    return [
        {"capability": number, "curValue": value} for number, value in wishes.items()
    ]


def _caps(wish: dict[str, int], overall: str | None, own: str | None) -> object:
    mine = wish if own is None else {**wish, "exception": own}
    caps = {"capabilities": [mine]}
    return caps if overall is None else {**caps, "exception": overall}


def _settings(answer: Exchange) -> str:
    body = answer.json_or_none()
    settings = body.get("settings") if isinstance(body, dict) else None
    if not isinstance(settings, str):
        raise Stopped("there are no settings to give to another job")
    return settings
