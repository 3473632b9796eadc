"""What systemd is told."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from scanwright.supervision.notify import notify, watchdog_s


@pytest.mark.parametrize("is_abstract", [False, True])
def test_each_line_arrives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_abstract: bool
) -> None:
    """In one datagram, to a file or to an abstract name."""
    name = f"@{tmp_path}" if is_abstract else str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", name)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(name.replace("@", "\0"))
        notify("READY=1", "MAINPID=7")
        assert systemd.recv(99) == b"READY=1\nMAINPID=7"


def test_without_systemd_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable, no message, no error; neither with a socket that is gone."""
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere/notify")
    notify("READY=1")


@pytest.mark.parametrize(
    ("value", "seconds"), [("30000000", 30.0), ("", None), ("x", None)]
)
def test_the_watchdog_is_asked_for_in_microseconds(
    value: str, seconds: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anything else is no watchdog."""
    monkeypatch.setenv("WATCHDOG_USEC", value)
    assert watchdog_s() == seconds
