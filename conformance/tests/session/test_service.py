"""A managed service: ended, started, configured, and put back."""

from __future__ import annotations

import configparser
import json
import sys
from pathlib import Path

import pytest

from scanwright_conformance.session import JOBS, Session, Stopped
from scanwright_conformance.session._service import configuration_text
from scanwright_conformance.target import (
    Addresses,
    CommandControl,
    Manner,
    Port,
    Target,
    Unsupported,
)
from scanwright_conformance.weather import Weather
from scanwright_conformance.weather_detour import WeatherDetour
from scanwright_conformance.weather_proxy import WeatherProxy

SERVICE = """\
import json, pathlib, signal, sys
home = pathlib.Path(sys.argv[1])
(home / "log").mkdir(parents=True, exist_ok=True)
with (home / "log" / "starts").open("a") as file:
    print(*sys.argv[2:], file=file)
if (home / "broken").exists():
    sys.exit("broken")
signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
print(json.dumps({"api": "http://127.0.0.1:9"}), flush=True)
signal.pause()
"""


@pytest.fixture
def control(tmp_path: Path) -> CommandControl:
    """A control of a service that notes how it was started."""
    program = tmp_path / "service.py"
    program.write_text(SERVICE)
    return CommandControl(
        (sys.executable, str(program), "{home}"),
        timeout_s=10,
        options=("--option",),
        cache_options=("--cache",),
    )


def starts(session: Session) -> list[str]:
    """Return the options of each start."""
    return (session.home.path / "log" / "starts").read_text().splitlines()


async def started(control: CommandControl) -> Target:
    """Return the target after its usual start."""
    target = Target("t", Addresses({}), frozenset(), control=control)
    target.addresses = await control.start()
    return target


@pytest.mark.slow
async def test_a_configured_service_gets_no_options(control: CommandControl) -> None:
    """Its file says everything; at the end both are what they were."""
    async with control:
        async with Session(await started(control)) as session:
            ports = await session.service.configure({"LogLevel": "14"}, "[more]")
            text = (session.home.path / "DSConfiguration.ini").read_text()
        assert starts(session) == ["--option", "", "--option"]
        assert not (session.home.path / "DSConfiguration.ini").exists()
    assert f"Port_mp_1={ports[Port.API]}\n" in text
    assert text.endswith("LogLevel=14\n[more]\n")
    assert len(set(ports.values())) == 4


@pytest.mark.slow
async def test_a_session_that_did_nothing_restarts_nothing(
    control: CommandControl,
) -> None:
    """Restarts are for those who need them."""
    async with control:
        async with Session(await started(control)) as session:
            pass
        assert starts(session) == ["--option"]


@pytest.mark.slow
async def test_another_manner_is_undone(control: CommandControl) -> None:
    """Also when the service is not running any more."""
    async with control:
        target = await started(control)
        async with Session(target) as session:
            await session.service.stop()
            await session.service.start(Manner.CACHING)
            await session.service.kill()
        assert starts(session) == ["--option", "--option --cache", "--option"]


@pytest.mark.slow
async def test_a_lost_creation_is_undone_by_a_new_start(
    control: CommandControl,
) -> None:
    """Nobody knows what to delete when its answer may have been lost on the way."""
    async with control, WeatherProxy(Weather(), 1) as proxy:
        target = await started(control)
        await target.take(WeatherDetour(proxy))
        async with Session(target) as session:
            await session.http("POST", JOBS, label="create", timeout_s=1)
        assert starts(session) == ["--option", "--option"]


@pytest.mark.slow
async def test_a_stop_is_recorded(control: CommandControl) -> None:
    """How long it took, and what it left."""
    async with control, Session(await started(control)) as session:
        (control.temporary / "left").touch()
        await session.service.stop()
        stop = session.recorder.transcript().fact("stop")
    assert (stop["is_by_itself"], stop["left"], stop["temporary"]) == (
        True,
        [],
        ["left"],
    )
    assert 0 <= stop["seconds"] < 5


@pytest.mark.slow
async def test_a_start_that_fails_stops_the_stimulus(control: CommandControl) -> None:
    """The reason is told."""
    async with control, Session(await started(control)) as session:
        await session.service.stop()
        await session.home.write("broken", "")
        with pytest.raises(Stopped, match="did not start"):
            await session.service.start()


async def test_a_target_of_somebody_else_is_left_alone() -> None:
    """It is neither stopped nor started."""
    async with Session(Target("t", Addresses({}), frozenset())) as session:
        for act in (session.service.stop, session.service.kill):
            with pytest.raises(Unsupported):
                await act()
        with pytest.raises(Unsupported):
            await session.service.start_second(label="second")


def test_a_configuration_has_the_published_keys() -> None:
    """Both lists are numbered from 0; names tell the ports, not their places."""
    ports = {Port.API: 1, Port.API_TLS: 2, Port.MANAGER: 3, Port.MANAGER_TLS: 4}
    parser = configparser.ConfigParser()
    parser.read_string(configuration_text(ports, {"Server": "127.0.0.2"}))
    section = dict(parser["DS"])
    assert section == json.loads(
        """{"port": "2", "port_mn_0": "dcp", "port_mp_0": "3",
            "port_mn_1": "dwt", "port_mp_1": "1",
            "sslport": "2", "sslport_mn_0": "dwt", "sslport_mp_0": "2",
            "sslport_mn_1": "dcp", "sslport_mp_1": "4", "server": "127.0.0.2"}"""
    )
