"""Managed targets behind an adapter: started, ended, and nothing stays behind."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scanwright_conformance.deadline import until
from scanwright_conformance.target import (
    AdapterControl,
    ControlFailed,
    Manner,
    Port,
    StartFailed,
    Unsupported,
)

Adapt = Callable[..., tuple[str, ...]]

pytestmark = pytest.mark.slow


def control_of(command: tuple[str, ...], timeout_s: float = 10) -> AdapterControl:
    """Return the control of a target whose adapter is `command`."""
    return AdapterControl(command, timeout_s=timeout_s)


async def is_gone(pid: int) -> bool:
    """Wait until no process has `pid`."""

    async def attempt() -> bool | None:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return None

    return await until(attempt, within_s=5)


def number_in(name: str) -> int:
    """Return the number that a file has."""
    return int(Path(name).read_text(encoding="utf-8"))


def service_of(control: AdapterControl) -> int:
    """Return the process that the adapter said is the service."""
    return control._belongings.announced


async def test_a_start_is_answered_with_addresses(adapt: Adapt) -> None:
    """What the adapter answers is where the target is; it is no process of it."""
    async with control_of(adapt()) as control:
        addresses = await control.start()
        assert addresses.urls == {Port.API: "http://127.0.0.1:1"}
        assert [each.pid for each in control.processes()] == [service_of(control)]
        assert control.is_alive()


async def test_what_an_adapter_says_of_itself_is_kept(adapt: Adapt) -> None:
    """Its version is there for reports, and its abilities."""
    async with control_of(adapt()) as control:
        assert control.version == ""
        hello = await control.greet()
        assert control.version == "7.1"
    assert (hello.name, hello.version) == ("polite", "7.1")
    assert "hook:load" in hello.can


async def test_nothing_stays_behind(adapt: Adapt) -> None:
    """After the context adapter, service and folder are gone."""
    async with control_of(adapt("stop = lambda request: {}")) as control:
        await control.start()
        service, folder = service_of(control), control.temporary
        assert folder.is_dir()
    assert await is_gone(service)
    assert not folder.exists()
    assert not control.is_alive()


async def test_a_stop_tells_what_outlived_it(adapt: Adapt) -> None:
    """A service that stays is told, and killed after all."""
    change = 'THINGS["stop"] = lambda request: {"by_itself": False}'
    async with control_of(adapt(change)) as control:
        await control.start()
        service = service_of(control)
        ended = await control.stop()
    assert [process.pid for process in ended.left] == [service]
    assert not ended.is_by_itself
    assert await is_gone(service)


async def test_what_was_stopped_can_be_started_and_stopped(adapt: Adapt) -> None:
    """The same adapter serves for many lives; what does not run is not stopped."""
    async with control_of(adapt()) as control:
        assert (await control.stop()).is_by_itself
        for manner in (Manner.USUAL, Manner.CACHING):
            await control.start(manner)
            ended = await control.stop()
            assert (ended.left, ended.is_by_itself) == ((), True)
            assert not control.is_alive()


async def test_kill_ends_the_service(adapt: Adapt) -> None:
    """A killed target can be started again."""
    async with control_of(adapt()) as control:
        await control.start()
        first = service_of(control)
        await control.kill()
        assert await is_gone(first)
        await control.start()
        assert service_of(control) != first


async def test_a_kill_that_kills_nobody_has_failed(adapt: Adapt) -> None:
    """Who was let live is told, and killed after all."""
    async with control_of(adapt('THINGS["kill"] = lambda request: {}')) as control:
        await control.start()
        service = service_of(control)
        with pytest.raises(ControlFailed, match=rf"still runs .*\({service}\)"):
            await control.kill()
    assert await is_gone(service)


async def test_a_service_that_died_can_always_be_killed(adapt: Adapt) -> None:
    """Clearing away a dead target needs no ability of the adapter."""
    async with control_of(adapt('CAN.remove("kill")')) as control:
        await control.start()
        with pytest.raises(Unsupported, match="does not claim 'kill'"):
            await control.kill()
        service = service_of(control)
        os.kill(service, 9)

        async def attempt() -> bool | None:
            return None if control.is_alive() else True

        assert await until(attempt, within_s=5)
        await control.kill()
        await control.start()
        assert service_of(control) != service


async def test_a_second_start_a_reset_and_a_hook_are_passed_on(adapt: Adapt) -> None:
    """The adapter does what only it can, and its values come back."""
    async with control_of(adapt()) as control:
        await control.start()
        assert await control.start_second(1) == 7
        await control.reset()
        assert await control.hook("load", {"sheets": 3}) == ["load", {"sheets": 3}]
        with pytest.raises(Unsupported, match="does not claim 'hook:jam'"):
            await control.hook("jam", {})


async def test_a_status_that_is_none_is_told(adapt: Adapt) -> None:
    """A second start answers with an exit status or with null."""
    change = 'THINGS["start-second"] = lambda request: {"status": "7"}'
    async with control_of(adapt(change)) as control:
        await control.start()
        with pytest.raises(ControlFailed, match="'status' is '7', and no number"):
            await control.start_second(1)


async def test_a_manner_that_is_not_claimed_is_unsupported(adapt: Adapt) -> None:
    """Without the usual one nothing can be measured: that is a failed start."""
    async with control_of(adapt('CAN.remove("start")')) as control:
        with pytest.raises(Unsupported, match="does not claim 'start:bare'"):
            await control.start(Manner.BARE)
        with pytest.raises(StartFailed, match="does not claim 'start'"):
            await control.start()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("raise SystemExit('no java')", "ended with status 1\n  no java"),
        ("print('hello', flush=True)", "answered 'hello' with 'hello'"),
        ('THINGS["hello"] = lambda _: {}', "answer to 'hello': it speaks protocol"),
        ('THINGS["start"] = lambda _: {"error": "port"}', "says to 'start': port"),
        ('THINGS["start"] = lambda _: {}', "answer to 'start': 'api' is missing"),
        ('THINGS["start"] = lambda _: 1 / 0', "division by zero"),
    ],
)
async def test_a_failed_start_says_why(
    adapt: Adapt,
    change: str,
    message: str,
) -> None:
    """The reason is told with the last lines that the adapter wrote."""
    async with control_of(adapt(change)) as control:
        with pytest.raises(StartFailed, match=message):
            await control.start()
        assert not control.is_alive()


async def test_a_stranger_is_not_taken_for_the_service(
    adapt: Adapt,
    stranger: subprocess.Popen[bytes],
) -> None:
    """An adapter may mean a number of another machine; its service is ended."""
    change = f"""\
def reach(request):
    answer = start(request)
    open(f"{{request['home']}}.pid", "w").write(str(answer["pid"]))
    return {{**answer, "pid": {stranger.pid}}}
THINGS["start"] = reach
"""
    async with control_of(adapt(change)) as control:
        with pytest.raises(StartFailed, match="ran before the start was asked for"):
            await control.start()
        assert not control.is_alive()
        assert await is_gone(number_in(f"{control.home}.pid"))
    assert stranger.poll() is None


async def test_a_start_has_a_deadline(adapt: Adapt) -> None:
    """An adapter that hangs is ended with all that it started, and run anew."""
    change = """\
def hang(request):
    start(request)
    open(f"{request['home']}.pid", "w").write(str(child.pid))
    time.sleep(600)
import os.path
if not os.path.exists(sys.argv[0] + ".once"):
    open(sys.argv[0] + ".once", "w")
    THINGS["start"] = hang
"""
    async with control_of(adapt(change), timeout_s=1) as control:
        with pytest.raises(StartFailed, match="did not answer 'start' within 1 s"):
            await control.start()
        service = number_in(f"{control.home}.pid")
        assert await is_gone(service)
        await control.start()
        assert control.is_alive()


async def test_an_adapter_that_dies_takes_the_service_with_it(adapt: Adapt) -> None:
    """Who asks it next learns of it, and the next start runs another one."""
    async with control_of(adapt()) as control:
        await control.start()
        service = service_of(control)
        assert control._process is not None
        control._process.kill()
        with pytest.raises(ControlFailed, match="ended with status -9"):
            await control.stop()
        assert await is_gone(service)
        await control.start()
        assert control.is_alive()


async def test_a_start_that_was_cancelled_leaves_nothing(adapt: Adapt) -> None:
    """The check that started the service may be out of time."""
    change = """\
def late(request):
    time.sleep(0.5)
    return start(request)
THINGS["start"] = late
"""
    async with control_of(adapt(change)) as control:
        await control.greet()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(control.start(), 0.1)
        assert (await control.stop()).is_by_itself
        await control.start()
        assert len(control.processes()) == 1


async def test_an_adapter_that_is_none_is_told() -> None:
    """A typing error in the description is a failed start."""
    async with control_of(("/no/such/adapter",)) as control:
        with pytest.raises(StartFailed, match="No such file"):
            await control.start()


async def test_a_home_is_fresh_or_announced(adapt: Adapt) -> None:
    """The adapter is told of a folder, and may have the service use another one."""
    async with control_of(adapt()) as control:
        await control.start()
        assert control.home is not None
        assert control.home.parent == control.temporary.parent
    change = 'THINGS["start"] = lambda r: {**start(r), "home": "/srv/x"}'
    async with control_of(adapt(change)) as control:
        await control.start()
        assert control.home == Path("/srv/x")
