"""`scanwright up` says where everything is, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from live import processes_in_session, running_up

if TYPE_CHECKING:
    from live import Up

pytestmark = pytest.mark.slow


def test_the_first_line_has_every_address(up: Up) -> None:
    """Base URLs, CA, home, pid and devices, and everything answers."""
    facts = up.facts
    assert set(facts) >= {
        "api",
        "api_tls",
        "manager",
        "manager_tls",
        "ca",
        "home",
        "pid",
        "devices",
    }
    for role, path in (
        ("api", "/api/server"),
        ("api_tls", "/api/server"),
        ("manager", "/"),
        ("manager_tls", "/"),
    ):
        answer = requests.get(facts[role] + path, verify=facts["ca"], timeout=10)
        assert answer.status_code == 200
    assert {d["type"] for d in facts["devices"]} == {0x100, 0x200}
    os.kill(facts["pid"], 0)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_an_orderly_end_leaves_nothing(end: signal.Signals) -> None:
    """No process of it lives on, and its home is gone."""
    with running_up() as running:
        home = Path(running.facts["home"])
        assert home.exists()
        running.process.send_signal(end)
        assert running.process.wait(10) == 0
        assert processes_in_session(running.process.pid) == []
        assert not home.exists()


def test_a_killed_service_ends_all() -> None:
    """When all of the service dies, `up` says so and takes the devices down."""
    with running_up() as running:
        service = [
            pid
            for pid in processes_in_session(running.process.pid)
            if Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"scanwrightd")
        ]
        assert len(service) >= 2
        for pid in service:
            os.kill(pid, signal.SIGSTOP)  # so that none starts another one meanwhile
        for pid in service:
            os.kill(pid, signal.SIGKILL)
        assert running.process.wait(10) == 1
        assert processes_in_session(running.process.pid) == []
