"""Children: run beside a simulation, end with it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator

import pytest

from scanwright_simulators import child
from scanwright_simulators.errors import StartError

STUBBORN = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
signal.pause()
"""


@pytest.fixture
def handlers() -> Iterator[None]:
    """Give this process its handlers back."""
    before = {number: signal.getsignal(number) for number in child.WATCHED}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("leads_group", [True, False])
async def test_a_child_leads_a_group_or_shares_ours(*, leads_group: bool) -> None:
    """A child gets signals of the terminal exactly when it shares our group."""
    async with child.started(
        ["sleep", "1000"],
        environment=os.environ,
        leads_group=leads_group,
    ) as process:
        expected = process.pid if leads_group else os.getpgid(0)
        assert os.getpgid(process.pid) == expected
    assert process.returncode == -signal.SIGTERM


@pytest.mark.slow
async def test_a_stubborn_child_is_killed() -> None:
    """A command that ignores SIGTERM gets SIGKILL."""
    async with child.started(
        [sys.executable, "-c", STUBBORN],
        environment=os.environ,
        leads_group=False,
        stdout=PIPE,
    ) as process:
        assert process.stdout
        await process.stdout.readline()
        await child.end(process, grace_s=0.05)
    assert process.returncode == -signal.SIGKILL


async def test_a_missing_command_is_told() -> None:
    """A command that is not there is an error that names it."""
    with pytest.raises(StartError, match="no-such-command"):
        async with child.started(
            ["no-such-command"],
            environment=os.environ,
            leads_group=True,
        ):
            pytest.fail("it must not start")


async def test_a_child_may_say_much_in_one_line() -> None:
    """A line as long as that of hundreds of devices is read whole."""
    async with child.started(
        [sys.executable, "-c", "print('x' * 500_000)"],
        environment=os.environ,
        leads_group=True,
        stdout=PIPE,
    ) as process:
        assert process.stdout
        assert len(await process.stdout.readline()) == 500_001


@pytest.mark.usefixtures("handlers")
async def test_signals_are_caught_in_order() -> None:
    """SIGINT and SIGTERM arrive as values and end nothing by themselves."""
    async with child.signals() as caught:
        os.kill(os.getpid(), signal.SIGINT)
        assert await asyncio.wait_for(caught.get(), 5) is signal.SIGINT
        os.kill(os.getpid(), signal.SIGTERM)
        assert await asyncio.wait_for(caught.get(), 5) is signal.SIGTERM


@pytest.mark.usefixtures("handlers")
async def test_after_the_block_signals_end_the_process() -> None:
    """By the kernel, so that nothing which hangs can keep it."""
    async with child.signals():
        pass
    assert {signal.getsignal(each) for each in child.WATCHED} == {signal.SIG_DFL}
