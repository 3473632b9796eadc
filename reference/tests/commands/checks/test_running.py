"""Looking at the service and its ports."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from scanwright.buffer.disk import LEAST_BYTES
from scanwright.certificates.authority import ensure_certificates
from scanwright.certificates.identity import ServerIdentity
from scanwright.commands.checks.finding import State
from scanwright.commands.checks.running import (
    Holder,
    check_ports,
    check_service,
    find_holder,
)
from scanwright.home import Home


class Answers(BaseHTTPRequestHandler):
    """Answers everything."""

    def do_GET(self) -> None:
        """Answer nothing, successfully."""
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[int]:
    """Serve meanwhile; give the port."""
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def ports(home: Home) -> Iterator[tuple[int, ...]]:
    """Two ports that answer, without and with TLS, and two more."""
    plain = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    secure = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    ensure_certificates(home.cert)
    context = ServerIdentity(home.cert, {}).context
    secure.socket = context.wrap_socket(secure.socket, server_side=True)
    with serving(plain) as core, serving(secure) as core_tls:
        yield core, core_tls, 1, 2


def configure(home: Home, ports: tuple[int, ...], more: str = "") -> None:
    """Write these ports into the configuration."""
    core, core_tls, manager, manager_tls = ports
    home.configuration.write_text(
        f"[DS]\nPort_mp_1={core}\nSSLPort_mp_1={core_tls}\n"
        f"Port_mp_0={manager}\nSSLPort_mp_0={manager_tls}\n{more}\n"
    )


def free_ports() -> tuple[int, ...]:
    """Return four ports that nobody has at this moment."""
    with contextlib.ExitStack() as stack:
        return tuple(
            stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
            for _ in range(4)
        )


def test_a_lock_that_is_held_is_a_service(home: Home) -> None:
    """A file that nobody has locked is what a crash has left."""
    facts = {
        "pid": os.getpid(),
        "started": "2026-11-23T12:00:00",
        "ports": [1, 2, 3, 4],
        "freeDisk": 5,
    }
    assert find_holder(home) is None
    home.port_lock.write_text(json.dumps(facts))
    assert find_holder(home) is None
    with home.port_lock.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        holder = find_holder(home)
    assert holder == Holder(os.getpid(), "2026-11-23T12:00:00", (1, 2, 3, 4), 5)


def test_a_service_of_before_has_the_default_limit(home: Home) -> None:
    """Its lock does not say how much of the disk it leaves free."""
    facts = {"pid": 1, "started": "noon", "ports": [1, 2, 3, 4]}
    home.port_lock.write_text(json.dumps(facts))
    with home.port_lock.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        holder = find_holder(home)
    assert holder is not None
    assert holder.free_disk_bytes == LEAST_BYTES


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pid": "x"}'])
def test_a_lock_that_says_nothing_is_nobody(home: Home, text: str) -> None:
    """It has just been made, or is damaged."""
    home.port_lock.write_text(text)
    with home.port_lock.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert find_holder(home) is None


def test_a_service_that_answers_is_well(home: Home, ports: tuple[int, ...]) -> None:
    """By HTTP and by HTTPS."""
    (finding,) = check_service(home, Holder(7, "noon", ports))
    assert finding.state is State.OK
    assert "process 7, since noon" in finding.text


def test_a_service_that_is_silent_is_a_problem(
    home: Home, ports: tuple[int, ...]
) -> None:
    """The port that does not answer is named."""
    (unused, *_) = free_ports()
    (finding,) = check_service(home, Holder(7, "noon", (ports[0], unused, 1, 2)))
    assert finding.state is State.PROBLEM
    assert f":{unused} " in finding.text
    assert f":{ports[0]}" not in finding.text


def test_a_greeting_is_no_answer(home: Home, ports: tuple[int, ...]) -> None:
    """Another program that has the port speaks first, and not HTTP."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        ThreadPoolExecutor() as others,
    ):
        others.submit(_greet, server)
        port = server.getsockname()[1]
        (finding,) = check_service(home, Holder(7, "noon", (port, ports[1], 1, 2)))
    assert finding.state is State.PROBLEM
    assert "SSH-2.0" in finding.text


def _greet(server: socket.socket) -> None:
    server.settimeout(30)
    connection, _ = server.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"SSH-2.0-other\r\n")


def test_no_service_is_a_warning(home: Home) -> None:
    """It need not run while somebody asks."""
    (finding,) = check_service(home, None)
    assert finding.state is State.WARNING


def test_ports_without_a_service_are_free_or_taken(home: Home) -> None:
    """Who has taken one is named."""
    ports = free_ports()
    configure(home, ports)
    with socket.create_server(("127.0.0.1", ports[1])):
        taken, free = check_ports(home, None)
    assert taken.state is State.PROBLEM
    assert f"{ports[1]} is taken by" in taken.text
    assert f"(process {os.getpid()})" in taken.text
    assert free.text == f"free: {ports[0]}, {ports[2]}, {ports[3]}"


def test_ports_of_the_service_are_compared_with_the_files(home: Home) -> None:
    """Others than the configuration's wait for a restart."""
    configure(home, (20000, 20001, 20002, 20003))
    (same,) = check_ports(home, Holder(7, "noon", (20000, 20001, 20002, 20003)))
    assert same.state is State.OK
    (other,) = check_ports(home, Holder(7, "noon", (1, 2, 3, 4)))
    assert other.state is State.WARNING
    assert "the service has 1, 2, 3, 4" in other.text


@pytest.mark.parametrize(
    ("server", "state"), [("127.0.0.2", State.OK), ("192.0.2.7", State.PROBLEM)]
)
def test_an_address_must_be_this_machines(
    home: Home, server: str, state: State
) -> None:
    """Another one cannot be listened on."""
    configure(home, (20000, 20001, 20002, 20003), f"Server={server}")
    *_, finding = check_ports(home, Holder(7, "noon", (20000, 20001, 20002, 20003)))
    assert finding.state is state
    assert server in finding.text
