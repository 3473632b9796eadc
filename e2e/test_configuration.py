"""The configuration of a running service: taken up, refused, and told."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from live import GONE_S, READY_S, first_line

pytestmark = pytest.mark.slow

TAKEN_UP_S = 5.0
ALLOWED = "https://app.example.com"
FOREIGN = "https://foreign.example.com"


class Service:
    """A home with configuration files, and the service that runs on it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.core, self.core_tls, self.manager, self.manager_tls = free_ports()
        self.write()

    def write(self, *lines: str) -> None:
        """Write the ports and these lines into DSConfiguration.ini."""
        self.home.mkdir(mode=0o700, exist_ok=True)
        ports = [
            *("[DS]", "Port_mn_0=dwt", "Port_mn_1=dcp"),
            *(f"Port_mp_0={self.core}", f"Port_mp_1={self.manager}"),
            *(f"SSLPort_mp_1={self.core_tls}", f"SSLPort_mp_0={self.manager_tls}"),
        ]
        text = "\n".join([*ports, *lines, ""])
        (self.home / "DSConfiguration.ini").write_text(text)

    def drop_in(self, text: str) -> Path:
        """Write the administrator's last word."""
        folder = self.home / "DSConfiguration.d"
        folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / "10-site.ini"
        file.write_text(text)
        return file

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run the service meanwhile, with no option but its home."""
        command = [sys.executable, "-m", "scanwright", "serve", "--json"]
        with subprocess.Popen(
            [*command, "--home", str(self.home), "--mdns", "off"],
            stdout=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            assert process.stdout is not None
            try:
                first_line(process.stdout, READY_S)
                yield
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(GONE_S)

    def level(self) -> int:
        """Return the log level that the service shows."""
        url = f"http://127.0.0.1:{self.core}/api/server"
        return int(requests.get(url, timeout=READY_S).json()["logLevel"])

    def status_for(self, origin: str) -> int:
        """Return what a page of this origin gets."""
        url = f"http://127.0.0.1:{self.core}/api/server"
        return requests.get(
            url, headers={"Origin": origin}, timeout=READY_S
        ).status_code

    def log(self) -> str:
        """Return the log of main."""
        return (self.home / "log" / "service.log").read_text()


def free_ports() -> list[int]:
    """Return four ports that nobody has at this moment."""
    with contextlib.ExitStack() as stack:
        taken = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            for _ in range(4)
        ]
        return [listener.getsockname()[1] for listener in taken]


def until(condition: Callable[[], bool]) -> None:
    """Ask again and again, until it is so."""
    deadline = time.monotonic() + TAKEN_UP_S
    while not condition():
        assert time.monotonic() < deadline, "it was not taken up"


def scanwright(service: Service, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the home."""
    command = [sys.executable, "-m", "scanwright", *words]
    return subprocess.run(
        [*command, "--home", str(service.home)],
        capture_output=True,
        text=True,
        timeout=READY_S,
        check=False,
        env={**os.environ, "HOME": str(service.home)},
    )


@pytest.fixture
def service(tmp_path: Path) -> Service:
    """A home whose file has four free ports, in another order than usual."""
    return Service(tmp_path / "home")


def test_the_file_says_how_the_service_runs(service: Service) -> None:
    """Ports, log level and origins, each as written; TLS on its own ports."""
    service.write("LogLevel=14", f"Access-Control-Allow-Origin={ALLOWED}")
    with service.running():
        assert service.level() == 30
        assert service.status_for(ALLOWED) == 200
        assert service.status_for(FOREIGN) == 403
        for port in (service.core_tls, service.manager_tls):
            url, ca = f"https://127.0.0.1:{port}/", service.home / "cert/ca.pem"
            assert requests.get(url, verify=str(ca), timeout=READY_S).status_code
    assert "LogLevel" not in service.log()


def test_changes_are_taken_up_while_it_runs(service: Service) -> None:
    """By an editor, by a drop-in, by the command line; a wrong one changes nothing."""
    with service.running():
        assert (service.level(), service.status_for(FOREIGN)) == (1, 200)
        service.write("LogLevel=14", f"Access-Control-Allow-Origin={ALLOWED}")
        until(lambda: service.level() == 30)
        assert service.status_for(FOREIGN) == 403
        service.write("LogLevel=loud", "Access-Control-Allow-Origin=nobody")
        until(lambda: "line 8: LogLevel=loud is not accepted" in service.log())
        assert (service.level(), service.status_for(ALLOWED)) == (30, 200)
        service.write("LogLevel=14", f"Access-Control-Allow-Origin={ALLOWED}")
        assert scanwright(service, "config", "set", "LogLevel", "0").returncode == 0
        until(lambda: service.level() == 0)
        service.drop_in("[DS]\nLogLevel=1\n")
        until(lambda: service.level() == 1)
        refused = scanwright(service, "config", "set", "LogLevel", "14")
        assert "10-site.ini, line 2" in refused.stderr


def test_what_needs_a_restart_says_so_and_counts_after_it(service: Service) -> None:
    """The service goes on at its old ports until then."""
    before = service.core
    (after, *_) = free_ports()
    with service.running():
        answer = scanwright(service, "config", "set", "Port_mp_0", str(after))
        assert "must be restarted" in answer.stdout
        until(lambda: "Port_mp_0 has changed: the service must" in service.log())
        assert service.level() == 1
    service.core = after
    with service.running():
        assert service.level() == 1
        with contextlib.closing(socket.socket()) as probe:
            assert probe.connect_ex(("127.0.0.1", before)) != 0


@pytest.mark.parametrize(
    "content",
    [b"\0\1\2", b"[DS\nfoo\n\xff=\xff\n", b"LogLevel=14\n", b"[DS]\nLogLevel=99\n"],
)
def test_nonsense_does_not_keep_it_from_starting(
    service: Service, content: bytes
) -> None:
    """The log has the file; whoever is no page is served."""
    drop_in = service.drop_in("")
    drop_in.write_bytes(content)
    with service.running():
        assert service.level() == 1
        assert str(drop_in) in service.log()


def test_the_doctor_knows_a_running_service(service: Service) -> None:
    """It answers, its ports are its own; a mistake in a file is a problem."""
    with service.running():
        good = json.loads(scanwright(service, "doctor", "--json").stdout)
        states = {each["area"]: each["state"] for each in good["findings"]}
        assert (states["service"], states["ports"]) == ("ok", "ok")
        assert (states["home"], states["certificates"]) == ("ok", "ok")
        service.drop_in("[DS]\nLogLevel=99\n")
        ill = scanwright(service, "doctor")
    assert ill.returncode == 1
    assert "10-site.ini, line 2: LogLevel=99" in ill.stdout
