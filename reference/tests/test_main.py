"""Main, as one process without a monitor."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from scanwright.certificates.authority import renew_leaf
from scanwright.main import DEFECT, run
from scanwright.supervision.estate import Estate
from scanwright.supervision.lock import PortLock

pytestmark = pytest.mark.slow

ALONE = ("--port-base", "0", "--mdns", "off", "--no-monitor", "--home")
DEADLINE_S = 20.0


@pytest.fixture
def main(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A main that is asked to say where it is."""
    command = [sys.executable, "-m", "scanwright.daemon", *ALONE, str(tmp_path)]
    environ = {**os.environ, "SANE_CONFIG_DIR": str(tmp_path)}
    with subprocess.Popen(
        [*command, "--json"], stdout=subprocess.PIPE, env=environ
    ) as process:
        yield process
        process.kill()


def test_a_taken_port_is_a_message_and_a_status(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No traceback: which port, and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        base = min(other.getsockname()[1], 65531)
        argv = ["--port-base", str(base), "--home", str(tmp_path), "--mdns", "off"]
        if base != other.getsockname()[1]:
            pytest.fail("the system gave a port beyond any base")
        assert run(Estate.new(argv), None) == 1
    assert "--port-base" in capsys.readouterr().err
    assert list((tmp_path / "dump").iterdir()) == []
    assert not (tmp_path / "port.lock").exists()


def test_a_served_home_is_a_message_and_a_status(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Who has it, and what to do."""
    lock = PortLock.take(tmp_path / "port.lock")
    assert run(Estate.new([*ALONE, str(tmp_path)]), None) == 1
    assert "is served already" in capsys.readouterr().err
    lock.release()


def test_a_defect_leaves_its_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the trace, which the next start makes a dump of."""

    def defect(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("scanwright.main.take_ports", defect)
    assert run(Estate.new([*ALONE, str(tmp_path)]), None) == DEFECT
    (trace,) = (tmp_path / "dump").iterdir()
    assert "ZeroDivisionError" in trace.read_text()


def test_the_announcement_says_where_everything_is(
    main: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    """One line; it, and the lock, name the process and its ports."""
    assert main.stdout
    facts = json.loads(main.stdout.readline())
    assert (facts["pid"], facts["home"]) == (main.pid, str(tmp_path))
    lock = json.loads((tmp_path / "port.lock").read_text())
    assert lock["pid"] == main.pid
    assert [f"http://127.0.0.1:{lock['ports'][0]}"] == [facts["api"]]
    assert len(lock["ports"]) == 4


def test_an_idle_main_is_small(main: subprocess.Popen[bytes], tmp_path: Path) -> None:
    """It loads no cryptography: not to begin with, and not to show a new leaf."""
    assert main.stdout
    facts = json.loads(main.stdout.readline())
    port = int(facts["api_tls"].rpartition(":")[2])
    address = ("127.0.0.1", port)
    before = ssl.get_server_certificate(address, timeout=DEADLINE_S)
    renew_leaf(tmp_path / "cert", now=datetime.now(UTC))
    until = time.monotonic() + DEADLINE_S
    while ssl.get_server_certificate(address, timeout=DEADLINE_S) == before:
        assert time.monotonic() < until
    maps = Path(f"/proc/{main.pid}/maps").read_text()
    assert "cryptography" not in maps
    assert "_ssl" in maps  # so that would have been seen, too


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_in_order(
    main: subprocess.Popen[bytes], tmp_path: Path, number: signal.Signals
) -> None:
    """Status 0; no lock, no trace, no page is left."""
    assert main.stdout
    main.stdout.readline()
    main.send_signal(number)
    assert main.wait(DEADLINE_S) == 0
    assert not (tmp_path / "port.lock").exists()
    assert list((tmp_path / "dump").iterdir()) == []
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_pages_are_told_of_the_end(
    main: subprocess.Popen[bytes], number: signal.Signals
) -> None:
    """A page with a session hears it, and every page is hung up on with 1001."""
    assert main.stdout
    api = json.loads(await asyncio.to_thread(main.stdout.readline))["api"]
    opening = {"id": 1, "method": "session.open", "params": {"protocols": [1]}}
    async with (
        asyncio.timeout(DEADLINE_S),
        aiohttp.ClientSession() as client,
        client.ws_connect(f"{api}/channel") as page,
        client.ws_connect(f"{api}/channel") as silent,
    ):
        await page.send_json({"jsonrpc": "2.0", **opening})
        assert "result" in await page.receive_json()
        main.send_signal(number)
        assert (await page.receive_json())["method"] == "service.stopping"
        for socket_ in (page, silent):
            last = await socket_.receive()
            assert (last.type, last.data) == (aiohttp.WSMsgType.CLOSE, 1001)
    assert await asyncio.to_thread(main.wait, DEADLINE_S) == 0
