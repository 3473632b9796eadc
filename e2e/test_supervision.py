"""The service as its processes: whatever is done to one of them, it is back."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import pytest
import requests
from live import ESCL, GONE_S, READY_S, first_line, processes_in_session, running_up

pytestmark = pytest.mark.slow

BACK_S = 2.0
"""No answer may be later than this after a process was killed."""
STUCK_BACK_S = 10.0
"""A stuck loop is found after a second and a half in which it could have run."""

SLOW_FEEDER = """
[[scanner]]
name = "Slow"
faces = ["escl"]
sheets = 3
page_time_s = 8.0
"""

STUCK = """
import os, signal, sys
from aiohttp import web
from scanwright import app, daemon
from scanwright.supervision.estate import Estate
from scanwright.supervision.monitor import Monitor, fork_main
from scanwright.main import run

async def hang(request):
    while True: pass

build = app.build_application

def with_a_trap(endpoints, *args, **options):
    return build({**endpoints, "/hang": {"GET": hang}}, *args, **options)

app.build_application = with_a_trap
sys.exit(Monitor(Estate.new(sys.argv[1:]), fork_main(run)).run())
"""


class Service:
    """A running service: its front, and what it has announced."""

    def __init__(self, process: subprocess.Popen[bytes], home: Path) -> None:
        assert process.stdout is not None
        self.process = process
        self.home = home
        self.facts: dict[str, Any] = json.loads(first_line(process.stdout, READY_S))

    def get(self, path: str = "/api/server", timeout_s: float = READY_S) -> int:
        """Make a request on a new connection; return the status of its answer."""
        address = self.facts["api"] + path
        return requests.get(address, timeout=timeout_s).status_code

    def processes(self, title: str = "scanwrightd") -> set[int]:
        """Return the processes whose command line is this, or begins with it."""
        return {
            pid
            for pid in processes_in_session(self.process.pid)
            if (shown := command_line(pid)) == title or shown.startswith(f"{title} ")
        }

    def main(self) -> int:
        """Return the process that has the lock of the home."""
        return int(json.loads((self.home / "port.lock").read_text())["pid"])

    def monitor(self) -> int:
        """Return the only monitor."""
        (pid,) = self.processes("scanwrightd -asmonitor")
        return pid

    def helper(self, *, other_than: int = 0) -> int:
        """Wait for the certificate helper of main, and return it."""
        until(lambda: children(self.main(), "-certcheck") - {other_than})
        (pid,) = children(self.main(), "-certcheck") - {other_than}
        return pid

    def dumps(self) -> str:
        """Return the text of all dumps."""
        return "\n".join(file.read_text() for file in self.home.glob("dump/*.txt"))

    def log(self) -> str:
        """Return what has been logged."""
        return (self.home / "log" / "service.log").read_text()


def command_line(pid: int) -> str:
    """Return what `ps` shows of a process; nothing of one that is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0")
    except OSError:
        return ""


def children(main: int, word: str) -> set[int]:
    """Return the children of a main that have this word in their command line."""
    try:
        pids = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    except OSError:  # it is just being replaced
        return set()
    return {pid for pid in map(int, pids) if word in command_line(pid).split()}


def until(condition: Callable[[], object]) -> None:
    """Wait for something that happens in other processes."""
    deadline_s = time.monotonic() + READY_S
    while not condition():
        assert time.monotonic() < deadline_s
        select.select([], [], [], 0.01)


@contextmanager
def serving(home: Path, *command: str) -> Iterator[Service]:
    """Run a service without scanners."""
    begin = command or (sys.executable, "-m", "scanwright", "serve")
    options = ["--json", "--mdns", "off", "--port-base", "0", "--home", str(home)]
    home.mkdir(exist_ok=True)
    with subprocess.Popen(
        [*begin, *options],
        env={**os.environ, "SANE_CONFIG_DIR": str(home)},
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            yield Service(process, home)
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(GONE_S)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service of one test."""
    with serving(tmp_path / "home") as running:
        yield running


def test_main_comes_back_at_its_ports(service: Service) -> None:
    """After SIGKILL a request waits instead of being refused, and is answered."""
    killed = service.main()
    begin_s = time.monotonic()
    os.kill(killed, signal.SIGKILL)
    assert service.get() == 200
    assert time.monotonic() - begin_s < BACK_S
    assert service.main() != killed
    until(lambda: f"returned after SIGKILL of main {killed}" in service.log())
    until(lambda: f"process {killed}, died of SIGKILL" in service.dumps())


def replace_monitor(service: Service) -> int:
    """Kill the monitor, wait for another, return the killed one."""
    killed = service.monitor()
    os.kill(killed, signal.SIGKILL)
    until(lambda: service.processes("scanwrightd -asmonitor") - {killed})
    return killed


def test_main_comes_back_again_and_again(service: Service) -> None:
    """Also by a monitor that was not its first."""
    seen = set()
    for _ in range(3):
        seen.add(service.main())
        replace_monitor(service)
        os.kill(service.main(), signal.SIGKILL)
        assert service.get() == 200
    assert service.main() not in seen
    assert len(seen) == 3
    until(lambda: len(service.processes()) == 3)


def test_a_stopped_main_goes_on(service: Service) -> None:
    """SIGSTOP is answered by SIGCONT: no job is lost for it."""
    before = service.main()
    begin_s = time.monotonic()
    os.kill(before, signal.SIGSTOP)
    assert service.get() == 200
    assert time.monotonic() - begin_s < BACK_S
    assert service.main() == before


def test_a_stuck_event_loop_is_replaced(tmp_path: Path) -> None:
    """The dump tells in which line it was stuck."""
    with serving(tmp_path / "home", sys.executable, "-c", STUCK) as service:
        stuck = service.main()
        begin_s = time.monotonic()
        with pytest.raises(requests.ConnectionError):
            service.get("/hang")
        assert service.get() == 200
        assert time.monotonic() - begin_s < STUCK_BACK_S
        until(lambda: f"process {stuck}, died of SIGABRT" in service.dumps())
        assert "in hang" in service.dumps()


def test_the_monitor_comes_back(service: Service) -> None:
    """And main is not disturbed."""
    main, killed = service.main(), replace_monitor(service)
    assert service.get(timeout_s=BACK_S) == 200
    assert service.main() == main
    until(lambda: f"process {killed}, died of SIGKILL" in service.dumps())


def test_a_stopped_monitor_goes_on(service: Service) -> None:
    """Afterwards it still does its work."""
    monitor = service.monitor()
    os.kill(monitor, signal.SIGSTOP)
    until(lambda: "it gets SIGCONT" in service.log())
    os.kill(service.main(), signal.SIGKILL)
    assert service.get() == 200
    assert service.monitor() == monitor


def test_the_certificate_helper_comes_back(service: Service) -> None:
    """Killed alone, and with its main."""
    killed = service.helper()
    os.kill(killed, signal.SIGKILL)
    second = service.helper(other_than=killed)
    os.kill(service.main(), signal.SIGKILL)
    assert service.get() == 200
    third = service.helper(other_than=second)
    until(lambda: service.processes("scanwrightd -certcheck") == {third})


def test_a_stopped_helper_goes_on(service: Service) -> None:
    """Main looks after it, too."""
    helper = service.helper()
    os.kill(helper, signal.SIGSTOP)
    until(lambda: f"process {helper}, is stuck; it gets SIGCONT" in service.log())
    assert service.helper() == helper


def test_workers_end_with_their_main(service: Service) -> None:
    """Even one that is stopped: it is told to go on, and finds that nobody is there."""
    requests.get(service.facts["api"] + "/api/device/scanners", timeout=READY_S)
    killed = service.main()
    (worker,) = children(killed, "-scan")
    os.kill(worker, signal.SIGSTOP)
    os.kill(killed, signal.SIGKILL)
    until(lambda: not command_line(worker))
    assert service.get() == 200


def test_one_home_is_served_once(service: Service) -> None:
    """A second service is told which process has it, and what to do."""
    second = subprocess.run(
        [sys.executable, "-m", "scanwright", "serve", "--home", str(service.home)],
        capture_output=True,
        check=False,
        timeout=READY_S,
    )
    assert second.returncode == 1
    assert f"process {service.main()}".encode() in second.stderr
    assert b"--home" in second.stderr
    assert service.get() == 200


def test_a_stale_lock_is_taken_over(tmp_path: Path) -> None:
    """When all processes were killed, the next start says so and goes on."""
    home = tmp_path / "home"
    with serving(home) as service:
        dead = service.main()
        everybody = processes_in_session(service.process.pid)
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in everybody:
                os.kill(pid, number)
        service.process.wait(GONE_S)
        until(lambda: not any(command_line(pid) for pid in everybody))
    assert (home / "port.lock").exists()
    with serving(home) as service:
        assert service.get() == 200
        assert service.main() != dead
        assert f"stale: process {dead}" in service.log()


@pytest.mark.parametrize("role", ["main", "monitor"])
def test_an_orderly_stop_leaves_nothing(service: Service, role: str) -> None:
    """Within two seconds: no process, no port, no lock, no page, no trace."""
    service.helper()
    members = processes_in_session(service.process.pid)
    target = service.main() if role == "main" else service.monitor()
    begin_s = time.monotonic()
    os.kill(target, signal.SIGTERM)
    assert service.process.wait(GONE_S) == 0
    assert time.monotonic() - begin_s < 2.0
    assert not any(Path(f"/proc/{pid}").exists() for pid in members)
    with pytest.raises(requests.ConnectionError):
        service.get()
    assert not (service.home / "port.lock").exists()
    assert list((service.home / "cache").iterdir()) == []
    assert list((service.home / "dump").iterdir()) == []


def test_a_stop_in_mid_scan_is_no_slower(tmp_path: Path) -> None:
    """A job that runs, and a client that waits for its page, hold nothing up."""
    scenario = tmp_path / "slow.toml"
    scenario.write_text(SLOW_FEEDER)
    with running_up("--scenario", str(scenario)) as up, Waiting() as client:
        jobs = f"{up.api}/api/device/scanners/jobs"
        body = {"device": up.devices(ESCL)[0]["device"]}
        job = requests.post(jobs, json=body, timeout=READY_S).json()["jobuid"]
        client.ask(f"{jobs}/{job}/next-page")
        main = up.facts["pid"]
        members = [main, *children(main, "-scan")]
        begin_s = time.monotonic()
        os.kill(main, signal.SIGTERM)
        until(lambda: not any(command_line(pid) for pid in members))
        assert time.monotonic() - begin_s < 2.0
        assert len(members) == 2


class Waiting:
    """A client that asks for something and waits for it, on a plain connection."""

    def __enter__(self) -> Self:
        self._socket: socket.socket | None = None
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket:
            self._socket.close()

    def ask(self, url: str) -> None:
        """Send a request."""
        place = urlsplit(url)
        self._socket = socket.create_connection((place.hostname, place.port), READY_S)
        head = f"GET {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n"
        self._socket.sendall(head.encode())


def test_each_process_shows_what_it_is(service: Service) -> None:
    """By the published command lines."""
    assert command_line(service.main()) == "scanwrightd"
    words = command_line(service.monitor()).split()
    assert words[:2] == ["scanwrightd", "-asmonitor"]
    assert all(word.isdigit() for word in words[2:4])
    assert command_line(service.helper()).split()[2].isdigit()


def test_no_worker_runs_before_one_is_needed(tmp_path: Path) -> None:
    """The daemon lists no devices; the first who asks brings a worker."""
    home = tmp_path / "home"
    home.mkdir()
    options = ["--mdns", "off", "--port-base", "0", "--home", str(home)]
    with subprocess.Popen(
        [sys.executable, "-m", "scanwright.daemon", *options],
        env={**os.environ, "SANE_CONFIG_DIR": str(home)},
        start_new_session=True,
    ) as daemon:
        lock = home / "port.lock"
        until(lambda: lock.exists() and lock.read_text())
        held = json.loads(lock.read_text())
        base = f"http://127.0.0.1:{held['ports'][0]}/api"
        assert requests.get(f"{base}/server", timeout=READY_S).status_code == 200
        assert not children(held["pid"], "-scan")
        requests.get(f"{base}/device/scanners", timeout=READY_S)
        assert len(children(held["pid"], "-scan")) == 1
        daemon.terminate()
        assert daemon.wait(GONE_S) == 0
