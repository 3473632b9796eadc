"""Checks of what a scanner says that it can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.expect import (
    expect,
    expect_array,
    expect_equal,
    expect_error,
    expect_member,
)
from scanwright_conformance.judgement import Mismatch

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

BELOW: Final = "/scanner/capabilities"
PENDING: Final = {"autoRun": False}
ANSWER_TIMEOUT_S: Final = 20.0

ARRAY, ENUMERATION, ONE_VALUE, RANGE = 3, 4, 5, 6
RANGE_MEMBERS: Final = (
    "minValue",
    "maxValue",
    "stepSize",
    "curValue",
    "defaultValue",
)
CORE: Final = {
    257: "pixel type",
    4376: "horizontal resolution",
    4377: "vertical resolution",
    4395: "bit depth",
    4098: "feeder enabled",
}
CHOSEN: Final = frozenset({257, 4376})
# TWAIN leaves numbers from 0x8000 on to manufacturers; this one no scanner has.
UNHEARD_OF: Final = 65_432
NO_NUMBERS: Final = ("pixels", "257,pixels", "257;4376", "25.7")
# Scanners that cannot be opened, or not every time, say nothing about the others.
FAULTY_ROLES: Final = frozenset({"dead", "jamming", "stalling"})


@check("DEV-capabilities", after=("JOBS-autorun",))
class Capabilities(Check):
    """A pending job tells what its scanner can do, in the published form."""

    async def stimulate(self, session: Session) -> None:
        """Ask a pending job for all capabilities."""
        job = await session.create_job(PENDING)
        await job.get(BELOW, label="capabilities", timeout_s=ANSWER_TIMEOUT_S)

    def judge(self, transcript: Transcript) -> None:
        """Look at every capability and at the members of its container."""
        answer = transcript["capabilities"]
        for number in range(len(expect_array(answer))):
            for name in ("capability", "conType"):
                expect_member(answer, f"{number}.{name}.value", int)
                expect_member(answer, f"{number}.{name}.label", str)
            entry = expect_member(answer, str(number), dict)
            told = entry.get("valueType") is not None
            expect(answer, told, f"{number}.valueType", "nothing")
            expect_member(answer, f"{number}.query", list)
            _expect_container(answer, number, entry)


@check("DEV-capabilities-core", after=("DEV-capabilities",), deadline_s=60)
class CapabilitiesCore(Check):
    """Every type of scanner tells what a page draws its controls from."""

    async def stimulate(self, session: Session) -> None:
        """Ask a scanner of each type that there is."""
        by_type = {session.target.device().type: "scanner"}
        for role, device in session.target.devices.items():
            if role not in FAULTY_ROLES:
                by_type.setdefault(device.type, role)
        for number, role in enumerate(by_type.values(), start=1):
            label = f"create-{number}"
            job = await session.create_job(PENDING, label=label, role=role)
            label = f"capabilities-{number}"
            await job.get(BELOW, label=label, timeout_s=ANSWER_TIMEOUT_S)
            await job.delete(label=f"delete-{number}")

    def judge(self, transcript: Transcript) -> None:
        """Look for each of them in each answer."""
        answers = transcript.series("capabilities")
        for answer in answers or (transcript["capabilities-1"],):
            numbers = _numbers(answer)
            for wanted, name in CORE.items():
                expect(answer, wanted in numbers, f"{name} ({wanted})", sorted(numbers))


@check("DEV-capabilities-filter", after=("DEV-capabilities-core",))
class CapabilitiesFilter(Check):
    """Who asks for some capabilities gets those."""

    async def stimulate(self, session: Session) -> None:
        """Ask for two, for one that is not there as well, and for no numbers."""
        job = await session.create_job(PENDING)
        two = ",".join(str(number) for number in sorted(CHOSEN))
        await job.get(BELOW, label="two", query={"caps": two})
        more = f"{two},{UNHEARD_OF}"
        await job.get(BELOW, label="more", query={"caps": more})
        for number, text in enumerate(NO_NUMBERS, start=1):
            await job.get(BELOW, label=f"invalid-{number}", query={"caps": text})

    def judge(self, transcript: Transcript) -> None:
        """Look for exactly the two, and for the refusals."""
        for label in ("two", "more"):
            answer = transcript[label]
            expect_equal(answer, _numbers(answer), CHOSEN, what="capabilities")
        for number in range(1, len(NO_NUMBERS) + 1):
            expect_error(transcript[f"invalid-{number}"], 400, -2113)


@check("DEV-capabilities-pending", after=("DEV-capabilities", "JOBS-completes"))
class CapabilitiesPending(Check):
    """Once a job was started its scanner is not asked any more."""

    below = BELOW

    async def stimulate(self, session: Session) -> None:
        """Ask a job that was just started, and again when it has ended."""
        config = {"Resolution": 100, "XferCount": 1}
        job = await session.create_job({"autoRun": True, "config": config})
        await job.get(self.below, label="started")
        await job.until("completed", "faulted", "canceled")
        await job.get(self.below, label="over")

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals."""
        for label in ("started", "over"):
            expect_error(transcript[label], 409, -1011)


def _expect_container(answer: Exchange, number: int, entry: dict[str, Any]) -> None:
    container = entry["conType"]["value"]
    if container == ARRAY:
        expect_member(answer, f"{number}.values", list)
    elif container == ENUMERATION:
        enums = expect_member(answer, f"{number}.enums", list)
        for name in ("curIndex", "defIndex"):
            index = expect_member(answer, f"{number}.{name}", int)
            holds = 0 <= index < len(enums)
            expect(answer, holds, f"{number}.{name} in its enums", index)
    elif container == ONE_VALUE:
        expect(answer, "curValue" in entry, f"{number}.curValue", "nothing")
    elif container == RANGE:
        for name in RANGE_MEMBERS:
            expect_member(answer, f"{number}.{name}", float)
    else:
        raise Mismatch("conType 3, 4, 5 or 6", str(container), answer.label)


def _numbers(answer: Exchange) -> frozenset[int]:
    """Return the numbers of the capabilities in a 200 answer."""
    count = len(expect_array(answer))
    return frozenset(
        expect_member(answer, f"{number}.capability.value", int)
        for number in range(count)
    )
