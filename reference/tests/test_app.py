"""The composition root: a service that starts, says where it is, and ends."""

from __future__ import annotations

import socket
from pathlib import Path

import aiohttp
import pytest

from scanwright.app import running_service
from scanwright.configuration.watch import ConfigurationWatch
from scanwright.home import Home
from scanwright.http.ports import take_ports
from scanwright.options import parse_options
from scanwright.supervision.estate import Estate
from scanwright.supervision.watch import Supervision

pytestmark = pytest.mark.slow


async def test_a_service_answers_while_it_runs_and_is_gone_after(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Four ports answer; after the end nobody listens and the cache is empty."""
    (tmp_path / "sane").mkdir()
    (tmp_path / "sane" / "dll.conf").write_text("")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(tmp_path / "sane"))
    home = Home(tmp_path / "home")
    home.create()
    options = parse_options(["--mdns", "off"], {})
    estate = Estate.new([])
    estate.settle(dump=home.dump, log=home.log / "service.log", lock=home.port_lock)
    supervision = Supervision(estate, None)
    watch = ConfigurationWatch(home, override=options.override)
    ports = take_ports(0)
    async with running_service(options, home, watch, ports, supervision) as service:
        api = service.addresses["api"]
        async with aiohttp.ClientSession() as client:
            answer = await client.get(f"{api}/api/device/scanners")
            assert (answer.status, await answer.json()) == (200, [])
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(api.rpartition(":")[2])), 1)
    assert list(home.cache.iterdir()) == []
