"""`scanwrightd`: what it is told decides what it is."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scanwright.daemon import _light_imports
from scanwright.processes.channel import Channel, Close, Closed, Devices, ListDevices
from scanwright.protocol.scanning import DeviceType

pytestmark = pytest.mark.slow

DAEMON = [sys.executable, "-m", "scanwright.daemon"]
DEADLINE_S = 20.0


@contextmanager
def worker(*words: str) -> Iterator[tuple[subprocess.Popen[bytes], Channel]]:
    """Start a scan worker that is told these words behind its channel."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(DEADLINE_S)
    command = [*DAEMON, "-scan", str(theirs.fileno()), *words]
    with (
        ours,
        theirs,
        subprocess.Popen(command, pass_fds=[theirs.fileno()]) as process,
    ):
        theirs.close()
        yield process, Channel(ours)
        process.kill()


def test_options_make_it_a_main() -> None:
    """It knows those of `scanwright serve`."""
    shown = subprocess.run([*DAEMON, "--help"], capture_output=True, check=True)
    assert b"--port-base" in shown.stdout


def test_quick_imports_change_nothing_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment said of authorities, it says again; garbage is collected."""
    monkeypatch.setenv("SSL_CERT_FILE", "/mine.pem")
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    with _light_imports():
        assert os.environ["SSL_CERT_FILE"] == os.devnull
    gc.unfreeze()  # the modules of this test run are no business of the daemon's
    assert os.environ["SSL_CERT_FILE"] == "/mine.pem"
    assert "SSL_CERT_DIR" not in os.environ
    assert gc.isenabled()


def test_a_scan_worker_shows_what_it_is(tmp_path: Path) -> None:
    """By the published command line; it leaves no core file, but a trace."""
    with worker(str(os.getpid()), "1", "", str(tmp_path)) as (process, channel):
        channel.send(Close())
        assert channel.receive() == (Closed(), [])
        title = Path(f"/proc/{process.pid}/cmdline").read_text().rstrip("\0")
        assert title.startswith("scanwrightd -scan ")
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        (core,) = (line for line in limits.splitlines() if "core file" in line)
        assert core.split()[4] == "0"
        assert (tmp_path / f"scan-worker-{process.pid}.trace").exists()
        channel.close()
        assert process.wait(DEADLINE_S) == 0
        assert list(tmp_path.iterdir()) == []


def test_a_worker_writes_into_the_log_that_it_is_given(tmp_path: Path) -> None:
    """With its role, and at the level of main."""
    file = tmp_path / "drivers.log"
    with worker(str(os.getpid()), "30", str(file), "") as (process, channel):
        channel.send(ListDevices(DeviceType(0), (), mdns=False))
        assert channel.receive() == (Devices((), ()), [])
        os.write(channel.fileno(), b"no message")
        assert process.wait(DEADLINE_S) == 0
    assert f" ERROR scan-worker[{process.pid}] " in file.read_text()


def test_an_addon_worker_shows_what_it_is(tmp_path: Path) -> None:
    """Its name is in the command line; it has a trace and a role in the log."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(DEADLINE_S)
    number, log = str(theirs.fileno()), tmp_path / "addons.log"
    words = [number, str(os.getpid()), "1", str(log), str(tmp_path), str(1 << 30)]
    command = [*DAEMON, "-addon", "imaging", *words]
    with ours, subprocess.Popen(command, pass_fds=[theirs.fileno()]) as process:
        theirs.close()
        channel = Channel(ours)
        channel.send(Close())
        received = channel.receive()
        assert received is not None
        assert "out of sequence" in str(received[0])
        title = Path(f"/proc/{process.pid}/cmdline").read_text().rstrip("\0")
        assert title.startswith(f"scanwrightd -addon imaging {number}")
        assert (tmp_path / f"add-on-worker-{process.pid}.trace").exists()
        channel.close()
        assert process.wait(DEADLINE_S) == 0
    assert [file.name for file in tmp_path.iterdir()] == ["addons.log"]


def test_an_orphaned_worker_is_continued_to_end() -> None:
    """A main that is gone already is noticed, and the end of the channel as well."""
    with worker(str(os.getpid() + 1), "1", "", "") as (process, channel):
        channel.send(Close())
        assert channel.receive() == (Closed(), [])
        channel.close()
        assert process.wait(DEADLINE_S) == 0


def test_an_orphaned_helper_ends() -> None:
    """Its main has died before it could say that it wants to know."""
    event = os.eventfd(0)
    command = [*DAEMON, "-certcheck", str(event), "/nowhere", str(os.getpid() + 1)]
    ended = subprocess.run(command, pass_fds=[event], check=False, timeout=DEADLINE_S)
    assert ended.returncode == -signal.SIGTERM
    os.close(event)
