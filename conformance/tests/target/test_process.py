"""Managed targets: started, read, ended, and nothing stays behind."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scanwright_conformance.deadline import until
from scanwright_conformance.target import CommandControl, Port, StartFailed

READY = """\
import json, os, signal, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
signal.signal(signal.SIGINT, {on_interrupt})
line = {{"api": "http://127.0.0.1:1/api", "ca": "/ca.pem", "pid": child.pid}}
print(json.dumps(line), flush=True)
child.wait()
"""

Command = Callable[[str], tuple[str, ...]]


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """Give a function that makes a program's text a command."""

    def make(text: str) -> tuple[str, ...]:
        program = tmp_path / "program.py"
        program.write_text(text, encoding="utf-8")
        return sys.executable, str(program)

    return make


def polite(command: Command) -> CommandControl:
    """Return a control of a service that ends when it is asked to."""
    text = READY.format(on_interrupt="lambda *_: (child.kill(), sys.exit(0))")
    return CommandControl(command(text), timeout_s=10)


def service_of(control: CommandControl) -> int:
    """Return the process that the command said is the service."""
    return control._service_pid


async def is_gone(pid: int) -> bool:
    """Wait until no process has `pid`."""

    async def attempt() -> bool | None:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return None

    return await until(attempt, within_s=5)


@pytest.mark.slow
async def test_the_first_line_tells_the_addresses(command: Command) -> None:
    """What the command prints is where the target answers."""
    async with polite(command) as control:
        addresses = await control.start()
        assert addresses.urls == {Port.API: "http://127.0.0.1:1"}
        assert addresses.ca == Path("/ca.pem")
        assert control.is_alive()


@pytest.mark.slow
async def test_nothing_stays_behind(command: Command) -> None:
    """After the context the command and its service are gone."""
    async with polite(command) as control:
        await control.start()
        service = service_of(control)
    assert await is_gone(service)
    assert not control.is_alive()


@pytest.mark.slow
async def test_who_leaves_a_child_is_cleaned_up(command: Command) -> None:
    """A command that ends without its service does not leave it behind."""
    text = READY.format(on_interrupt="lambda *_: os._exit(0)")
    async with CommandControl(command(text), timeout_s=10) as control:
        await control.start()
        service = service_of(control)
    assert await is_gone(service)


@pytest.mark.slow
async def test_kill_ends_the_service_and_start_makes_another(command: Command) -> None:
    """A killed target can be started again."""
    async with polite(command) as control:
        await control.start()
        first = service_of(control)
        await control.kill()
        assert not control.is_alive()
        await control.start()
        assert service_of(control) != first
        assert await is_gone(first)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import sys; sys.exit('no libsane')", "ended before .*\n  no libsane"),
        ("print('hello', flush=True); input()", "its first line is 'hello'"),
        ("print('[1]', flush=True)", "its first line is"),
    ],
)
async def test_a_failed_start_says_why(
    command: Command,
    text: str,
    message: str,
) -> None:
    """The reason is told with the last lines that the command wrote."""
    async with CommandControl(command(text), timeout_s=10) as control:
        with pytest.raises(StartFailed, match=message):
            await control.start()


@pytest.mark.slow
async def test_a_start_has_a_deadline(command: Command) -> None:
    """A command that never gets ready is ended."""
    text = "import signal; signal.pause()"
    async with CommandControl(command(text), timeout_s=0.3) as control:
        with pytest.raises(StartFailed, match=r"not ready within 0\.3 s"):
            await control.start()
        assert not control.is_alive()


async def test_a_command_that_is_none_is_told() -> None:
    """A typing error in the description is a failed start."""
    async with CommandControl(("/no/such/program",), timeout_s=1) as control:
        with pytest.raises(StartFailed, match="No such file"):
            await control.start()
