"""Managed targets: started, read, ended, and nothing stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scanwright_conformance.deadline import until
from scanwright_conformance.target import (
    CommandControl,
    Manner,
    Port,
    StartFailed,
    Unsupported,
)

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
    return control._belongings.announced


def number_in(name: str) -> int:
    """Return the number that a file has."""
    return int(Path(name).read_text(encoding="utf-8"))


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
async def test_a_home_is_fresh_and_goes(command: Command) -> None:
    """The placeholder is filled in, and the folder is gone in the end."""
    text = READY.format(on_interrupt="lambda *_: (child.kill(), sys.exit(0))")
    text = "import os, sys\nos.mkdir(sys.argv[1])\n" + text
    control = CommandControl((*command(text), "{home}"), timeout_s=10)
    async with control:
        await control.start()
        home, temporary = control.home, control.temporary
        assert home is not None
        assert home.is_dir()
        assert temporary.is_dir()
    assert not home.exists()
    assert not temporary.exists()


@pytest.mark.slow
async def test_a_home_may_be_announced(command: Command) -> None:
    """A service that has its own says where it is."""
    text = READY.format(on_interrupt="lambda *_: (child.kill(), sys.exit(0))")
    text = text.replace('"pid"', '"home": "/var/lib/served", "pid"')
    async with CommandControl(command(text), timeout_s=10) as control:
        await control.start()
        assert control.home == Path("/var/lib/served")


@pytest.mark.slow
async def test_a_manner_is_a_choice_of_words(command: Command) -> None:
    """Options are left out or added, by the manner of the start."""
    text = (
        "import json, sys, signal\nprint(json.dumps({'api': sys.argv[1]}), flush=True)"
    )
    control = CommandControl(
        (*command(f"{text}\nsignal.pause()"), "http://bare"),
        timeout_s=10,
    )
    async with control:
        for manner in Manner:
            addresses = await control.start(manner)
            assert addresses.urls == {Port.API: "http://bare"}
            await control.stop()


@pytest.mark.slow
async def test_a_stop_tells_what_outlived_it(command: Command) -> None:
    """A child that stays is told, and killed after all."""
    text = READY.format(on_interrupt="lambda *_: os._exit(0)")
    async with CommandControl(command(text), timeout_s=10) as control:
        await control.start()
        service = service_of(control)
        ended = await control.stop()
    assert [process.pid for process in ended.left] == [service]
    assert ended.is_by_itself
    assert await is_gone(service)


@pytest.mark.slow
async def test_a_second_start_is_watched(command: Command) -> None:
    """Its exit status is told; one that stays is ended."""
    async with CommandControl(command("raise SystemExit(7)"), timeout_s=10) as control:
        assert await control.start_second(10) == 7
    text = "import signal; signal.pause()"
    async with CommandControl(command(text), timeout_s=10) as control:
        assert await control.start_second(0.2) is None


DETACHING = """\
import json, subprocess, sys
wait = [sys.executable, "-c", "import signal; signal.pause()"]
child = subprocess.Popen(wait, start_new_session=True)
open(sys.argv[0] + ".pid", "w").write(str(child.pid))
"""


@pytest.mark.slow
async def test_what_a_second_start_detached_is_ended(command: Command) -> None:
    """It is no descendant any more once the command has ended."""
    words = command(f"{DETACHING}\nraise SystemExit(7)")
    async with CommandControl(words, timeout_s=10) as control:
        assert await control.start_second(10) == 7
        child = number_in(f"{words[1]}.pid")
        assert await is_gone(child)


@pytest.mark.slow
async def test_what_a_failed_start_detached_is_ended(command: Command) -> None:
    """Nobody else would ever end it: the command did not come to say who it is."""
    words = command(f"{DETACHING}\nprint('ready')")
    async with CommandControl(words, timeout_s=10) as control:
        with pytest.raises(StartFailed, match="'ready'"):
            await control.start()
        assert await is_gone(number_in(f"{words[1]}.pid"))


@pytest.mark.slow
async def test_a_service_that_detaches_may_be_announced(command: Command) -> None:
    """It began after the start was asked for; the command need not stay."""
    line = "print(json.dumps({'api': 'http://x', 'pid': child.pid}), flush=True)"
    async with CommandControl(command(DETACHING + line), timeout_s=10) as control:
        await control.start()
        service = service_of(control)
        assert [each.pid for each in control._service()] == [service]
        await control.kill()
        assert await is_gone(service)


@pytest.mark.slow
async def test_a_stranger_is_not_taken_for_the_service(
    command: Command,
    stranger: subprocess.Popen[bytes],
) -> None:
    """Who ran before the start is not killed for somebody's mistake."""
    text = "import json, signal; print(json.dumps({'api': 'http://x', 'pid': PID}), "
    text += "flush=True); signal.pause()"
    words = command(text.replace("PID", str(stranger.pid)))
    async with CommandControl(words, timeout_s=10) as control:
        with pytest.raises(StartFailed, match="ran before the start was asked for"):
            await control.start()
        assert not control.is_alive()
    assert stranger.poll() is None


@pytest.mark.slow
async def test_the_number_of_a_command_that_ended_is_not_used(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was given back, and may be a stranger's."""
    killed: list[int] = []
    text = 'print(\'{"api": "http://x"}\', flush=True)'
    async with CommandControl(command(text), timeout_s=10) as control:
        await control.start()
        process = control._process
        assert process is not None
        await process.wait()
        monkeypatch.setattr(os, "kill", lambda pid, _: killed.append(pid))
        await control.kill()
        monkeypatch.undo()
    assert process.pid not in killed


@pytest.mark.slow
async def test_a_service_whose_main_returns_is_alive(command: Command) -> None:
    """Another process of the monitor's program is the new main."""
    text = READY.format(on_interrupt="lambda *_: sys.exit(0)").replace(
        "child.wait()",
        "child.wait(); other = subprocess.Popen(["
        "sys.executable, '-c', 'import signal; signal.pause()'])\n"
        "watch = subprocess.Popen(["
        "sys.executable, '-c', 'import signal; signal.pause()', '-asmonitor', '1', '2'"
        "])\nother.wait()",
    )
    async with CommandControl(command(text), timeout_s=10) as control:
        await control.start()
        os.kill(service_of(control), signal.SIGKILL)
        assert await is_gone(service_of(control))

        async def attempt() -> bool | None:
            return control.is_alive() or None

        assert await until(attempt, within_s=5)


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
async def test_temporary_files_of_the_killed_are_forgotten(command: Command) -> None:
    """They had no time to clean up; what comes later is not blamed for it."""
    text = READY.format(on_interrupt="signal.SIG_DFL").replace(
        "line =", "import tempfile; tempfile.mkdtemp(); tempfile.mkstemp()\nline ="
    )
    async with CommandControl(command(text), timeout_s=10) as control:
        await control.start()
        assert len(list(control.temporary.iterdir())) == 2
        await control.kill()
        assert not list(control.temporary.iterdir())


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


async def test_a_command_has_no_hooks_and_no_reset() -> None:
    """What only an adapter can do is unsupported, and says so."""
    control = CommandControl(("served",), timeout_s=1)
    with pytest.raises(Unsupported, match="cannot reset"):
        await control.reset()
    with pytest.raises(Unsupported, match="no hook 'load'"):
        await control.hook("load", {})
