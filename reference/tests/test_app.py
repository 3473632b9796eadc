"""The composition root: a service that starts, says where it is, and ends."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from urllib.parse import urljoin

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


async def missing_files(client: aiohttp.ClientSession, url: str) -> list[str]:
    """Return what a page names in its head and cannot have."""
    async with client.get(url) as answer:
        page = await answer.text()
    names = re.findall(r'(?:href|src)="([^"#]+)"', page.partition("</head>")[0])
    assert any(name.endswith(".svg") for name in names)
    statuses = {name: (await client.get(urljoin(url, name))).status for name in names}
    return [name for name, status in statuses.items() if status != 200]


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
            for base in (api, service.addresses["manager"]):
                assert await missing_files(client, f"{base}/demos/scanner/") == []
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(api.rpartition(":")[2])), 1)
    assert list(home.cache.iterdir()) == []
