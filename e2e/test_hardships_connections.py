"""Thousands of connections, and clients that take for ever: nobody else notices."""

from __future__ import annotations

import select
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from hardship import JOBS, Service, serving, until
from live import ESCL, GONE_S, READY_S, first_line

pytestmark = pytest.mark.slow

HOLDERS = 4
CONNECTIONS = 2500
"""Of each holder: ten thousand together."""
ANSWER_S = 1.0
GROWTH_KIB = 100 * 1024
HEAD_S = 15.0
"""How long the head of a request may take."""

HOLD = """
import resource, socket, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[2]) + 64,) * 2)
held = []
for _ in range(int(sys.argv[2])):
    held.append(socket.create_connection(("127.0.0.1", int(sys.argv[1])), 30))
    held[-1].send(sys.argv[3].encode().decode("unicode_escape").encode("latin-1"))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service without scanners."""
    with serving(tmp_path / "home") as running:
        yield running


def port(service: Service, role: str = "api") -> int:
    """Return the port of a role."""
    return urlsplit(service.facts[role]).port or 0


@contextmanager
def holding(number: int, words: str) -> Iterator[None]:
    """Hold many connections on which some words have been sent."""
    command = [sys.executable, "-c", HOLD, str(number), str(CONNECTIONS), words]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            assert first_line(process.stdout, READY_S) == b"held\n"
            yield
        finally:
            process.stdin.close()
            process.wait(GONE_S)


def answer_times(service: Service, count: int = 30) -> list[float]:
    """Make requests, each on a new connection; return how long each took."""
    moments = [time.monotonic()]
    for _ in range(count):
        assert service.get().status_code == 200
        moments.append(time.monotonic())
    return [after - before for before, after in pairwise(moments)]


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("api", ""),
        ("api", "GET /api/ser"),
        ("api", "GET /api/server HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n"),
        ("api_tls", ""),
        ("api_tls", "\\x16\\x03\\x01"),
    ],
    ids=["silent", "half a head", "served once", "silent TLS", "half a handshake"],
)
def test_ten_thousand_connections_disturb_nobody(
    service: Service, role: str, words: str
) -> None:
    """Others are answered in time, memory stays bounded, and then all is as before."""
    answer_times(service)
    before = service.memory_kib()
    with ExitStack() as stack:
        for _ in range(HOLDERS):
            stack.enter_context(holding(port(service, role), words))
        assert max(answer_times(service)) < ANSWER_S
        assert service.memory_kib() - before < GROWTH_KIB
    until(lambda: descriptors(service) < 100)
    assert max(answer_times(service)) < ANSWER_S


def descriptors(service: Service) -> int:
    """Return how many descriptors main has open."""
    return len(list(Path(f"/proc/{service.main()}/fd").iterdir()))


@pytest.mark.parametrize("role", ["api", "api_tls"])
def test_slow_clients_are_ended_and_disturb_nobody(service: Service, role: str) -> None:
    """A byte now and then keeps no connection beyond the time for a head."""
    clients = [connect(service, role) for _ in range(100)]
    begun = time.monotonic()
    while clients and time.monotonic() - begun < HEAD_S + 10:
        clients = [client for client in clients if is_there(client)]
        assert max(answer_times(service, 3)) < ANSWER_S
        select.select([], [], [], 0.5)
    assert not clients
    assert time.monotonic() - begun > HEAD_S - 1


def connect(service: Service, role: str) -> socket.socket:
    """Connect, with TLS if it is a port for that, and begin a request."""
    client = socket.create_connection(("127.0.0.1", port(service, role)), READY_S)
    if role == "api_tls":
        trust = ssl.create_default_context(cafile=service.facts["ca"])
        client = trust.wrap_socket(client, server_hostname="127.0.0.1")
    client.send(b"GET /")
    client.settimeout(0)
    return client


def is_there(client: socket.socket) -> bool:
    """Send a byte more, unless the service has ended the connection with words."""
    try:
        client.send(b"x")
        answer = client.recv(4096)
    except (BlockingIOError, ssl.SSLWantReadError):
        return True
    with client:
        assert b" 408 " in answer.partition(b"\r\n")[0]
    return False


FEEDER = """
description = "A page that is large enough to get stuck"

[[scanner]]
name = "Feeder"
faces = ["escl"]
sheets = 2
page_time_s = 0.01
"""


def test_readers_that_never_read_disturb_nobody(tmp_path: Path) -> None:
    """A page that nobody takes blocks neither the page nor the service."""
    scenario = tmp_path / "feeder.toml"
    scenario.write_text(FEEDER)
    simulate = [sys.executable, "-m", "scanwright", "simulate", str(scenario), "--"]
    with serving(tmp_path / "home", prefix=simulate) as service, ExitStack() as stack:
        page = first_page(service)
        whole = requests.get(page, timeout=READY_S).content
        place = urlsplit(page)
        words = (
            f"GET {place.path}?{place.query} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n"
        )
        before = service.memory_kib()
        for _ in range(100):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", port(service)))
            client.send(words.encode())
            assert client.recv(15) == b"HTTP/1.1 200 OK"
        assert max(answer_times(service)) < ANSWER_S
        assert requests.get(page, timeout=READY_S).content == whole
        assert service.memory_kib() - before < GROWTH_KIB


def first_page(service: Service) -> str:
    """Scan; return the address of a large page."""
    url = f"{service.api}/api/device/scanners"
    listed = requests.get(url, params={"type": ESCL}, timeout=READY_S).json()
    config = {"IfFeederEnabled": True, "Resolution": 300, "PixelType": 2}
    body = {"device": listed[0]["device"], "config": config}
    job = requests.post(service.api + JOBS, json=body, timeout=READY_S).json()["jobuid"]
    return f"{service.api}{JOBS}/{job}/content?type=image/png&page=0"
