"""A worker on loan; what kinds of workers add to it is tested with them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from scanwright.buffer.slots import LARGEST_BYTES, ScannedPage, SlotPool
from scanwright.errors import Code, DeviceError
from scanwright.processes.channel import Ended, Grant, Message, Need, Page
from scanwright.processes.child import Child
from scanwright.processes.loan import Loan
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source

GRAY = Depth(PixelType.GRAY, 8)
FORM = PageFormat(40, 20, GRAY, (300, 300), Source.FLATBED)
DEADLINE_S = 20.0


class Some(Loan):
    """A loan of no kind in particular."""

    @property
    def _who(self) -> str:
        return "It"

    def _error(self, message: str, code: Code | int) -> DeviceError:
        return DeviceError(message, code=code)

    async def _let_go(self) -> None:
        while not isinstance(await self._take(), Ended):
            pass

    async def hear(self) -> Message | ScannedPage:
        """Return what comes next."""
        await self._grant_when_there_is_room()
        return await self._next(DEADLINE_S)


@pytest.fixture
def back() -> list[Child]:
    """Who was given back."""
    return []


@pytest.fixture
def loan(silent: Any, slots: SlotPool, back: list[Child]) -> Some:
    """A loan of the silent child."""
    return Some(silent, slots=slots, give_back=back.append)


async def test_a_page_that_was_granted_is_the_takers(
    silent: Any, loan: Some, slots: SlotPool, back: list[Child]
) -> None:
    """Room is given at once; the worker is given back without a slot of ours."""
    silent.say(Need(FORM.size_bytes))
    (grant,) = silent.told
    silent.say(Page(grant.slot, FORM))
    page = await loan.hear()
    assert isinstance(page, ScannedPage)
    silent.say(Need(800), Ended())
    await loan.release()
    await loan.release()
    assert back == [silent]
    assert slots.stats().used == 1


@pytest.mark.parametrize(
    "form",
    [
        replace(FORM, width_px=0),
        replace(FORM, width_px=-40, height_px=-20),
        replace(FORM, depth=Depth(PixelType.GRAY, 7)),
        replace(FORM, depth=Depth(PixelType.BW, 8)),
        replace(FORM, height_px=1 << 20),
    ],
)
async def test_a_page_that_cannot_be_is_a_fault(
    silent: Any, loan: Some, slots: SlotPool, back: list[Child], form: PageFormat
) -> None:
    """Whoever says such a thing is killed, and nothing is made of its page."""
    silent.say(Need(FORM.size_bytes))
    silent.say(Page(silent.told[0].slot, form))
    with pytest.raises(DeviceError, match="It mixed up its pages"):
        await loan.hear()
    assert not silent.is_alive
    await loan.release()
    assert (back, slots.stats().used) == ([], 0)


async def test_who_needs_room_anew_has_left_the_old_one(
    silent: Any, loan: Some, slots: SlotPool
) -> None:
    """A page that was begun and given up costs no slot."""
    silent.say(Need(1), Need(2))
    assert slots.stats().used == 1
    silent.say(Ended())
    await loan.release()
    assert slots.stats().used == 0


async def test_too_much_room_is_refused(silent: Any, loan: Some) -> None:
    """The pool's error is the call's, and the worker is not used again."""
    silent.say(Need(LARGEST_BYTES + 1))
    with pytest.raises(DeviceError) as caught:
        await loan.hear()
    assert caught.value.code is Code.OUT_OF_MEMORY
    silent.say(Ended())
    await loan.release()
    assert not silent.is_alive


async def test_room_comes_when_there_is_some(
    silent: Any, loan: Some, slots: SlotPool
) -> None:
    """While the flow is held, a need waits; then it is met without being said anew."""
    slots.hold("test")
    silent.say(Need(1))
    assert isinstance(await loan.hear(), Need)
    assert silent.told == []
    async with asyncio.TaskGroup() as group:
        hearing = group.create_task(loan.hear())
        await asyncio.sleep(0)
        slots.resume("test")
        await asyncio.sleep(0)
        silent.say(Ended())
        assert isinstance(await hearing, Ended)
    assert [type(message) for message in silent.told] == [Grant]


async def test_what_was_said_before_a_death_is_heard(silent: Any, loan: Some) -> None:
    """Then comes the death, as an error."""
    silent.say(Ended())
    silent.kill()
    assert isinstance(await loan.hear(), Ended)
    with pytest.raises(DeviceError, match=r"It died \(SIGKILL\)"):
        await loan.hear()


async def test_who_is_cancelled_leaves_a_dead_worker(
    silent: Any, loan: Some, slots: SlotPool
) -> None:
    """There is no time for its last answer, so there is no worker either."""
    silent.say(Need(1))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(loan.release())
        await asyncio.sleep(0)
        task.cancel()
    assert not silent.is_alive
    assert slots.stats().used == 0
