"""An add-on worker on loan, whose every word a test decides."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from scanwright.buffer.slots import SlotPool
from scanwright.errors import Code, InvalidParameter
from scanwright.processes.addon_errors import AddonFailed
from scanwright.processes.addon_loan import CANCEL_S, AddonLoan
from scanwright.processes.addon_messages import Found, ReadFile
from scanwright.processes.channel import Cancel, Ended, Failed, Need
from scanwright.processes.child import Child
from scanwright.protocol.edits import Measured

READ = ReadFile("a.png", "", 200, 1)


@pytest.fixture
def back() -> list[Child]:
    """Who was given back."""
    return []


@pytest.fixture
def loan(silent: Any, slots: SlotPool, back: list[Child]) -> AddonLoan:
    """A loan of the silent child."""
    return AddonLoan(silent, slots=slots, give_back=back.append, timeout_s=0.05)


@pytest.mark.parametrize(
    "answer",
    [Ended(), Found(Measured(angle=1.0)), Failed(-1, "no", "InvalidParameter")],
)
async def test_after_its_last_answer_a_worker_is_free(
    silent: Any, loan: AddonLoan, back: list[Child], answer: Any
) -> None:
    """It is given back without being cancelled."""
    loan.begin(READ)
    silent.say(answer)
    await loan.release()
    assert (silent.told, back) == ([READ], [silent])


async def test_a_refusal_is_raised_and_the_worker_stays(
    silent: Any, loan: AddonLoan, back: list[Child]
) -> None:
    """What blames the request does not blame the worker."""
    loan.begin(READ)
    silent.say(Failed(-2113, "width is bad.", "InvalidParameter"))
    with pytest.raises(InvalidParameter, match="width"):
        await loan.hear()
    await loan.release()
    assert back == [silent]


async def test_any_other_failure_ends_the_worker(
    silent: Any, loan: AddonLoan, back: list[Child]
) -> None:
    """Who knows what is left in it."""
    loan.begin(READ)
    silent.say(Failed(int(Code.OUT_OF_MEMORY), "too much"))
    with pytest.raises(AddonFailed, match="too much") as caught:
        await loan.hear()
    assert caught.value.code is Code.OUT_OF_MEMORY
    await loan.release()
    assert (back, silent.is_alive) == ([], False)


async def test_silence_has_a_deadline(silent: Any, loan: AddonLoan) -> None:
    """At its end the worker is killed without ceremony."""
    loan.begin(READ)
    with pytest.raises(AddonFailed, match=r"did not get on for 0.05 s"):
        await loan.hear()
    await loan.release()
    assert (silent.told, silent.is_alive) == ([READ], False)


async def test_who_leaves_early_cancels(
    silent: Any, loan: AddonLoan, slots: SlotPool, back: list[Child]
) -> None:
    """A worker that ends its command soon is used again."""
    loan.begin(READ)
    silent.say(Need(1))
    async with asyncio.TaskGroup() as group:
        group.create_task(loan.release())
        await asyncio.sleep(0)
        assert isinstance(silent.told[-1], Cancel)
        silent.say(Ended())
    assert (back, slots.stats().used) == ([silent], 0)


@pytest.mark.slow
async def test_a_cancel_that_is_not_heard_kills(
    silent: Any, loan: AddonLoan, back: list[Child]
) -> None:
    """After a second, and no more."""
    loan.begin(READ)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await loan.release()
    assert CANCEL_S <= loop.time() - begun < CANCEL_S + 5
    assert (back, silent.is_alive) == ([], False)


async def test_what_is_used_up_is_thrown_away(
    silent: Any, loan: AddonLoan, back: list[Child]
) -> None:
    """Also after its last answer."""
    loan.use_up()
    loan.begin(READ)
    silent.say(Ended())
    await loan.release()
    assert (back, silent.is_alive) == ([], False)


async def test_a_command_has_a_longest_length(silent: Any, loan: AddonLoan) -> None:
    """What is longer is not sent."""
    with pytest.raises(InvalidParameter, match="131,072 bytes"):
        loan.begin(ReadFile("x" * 131_072, "", 200, 1))
    assert silent.told == []
