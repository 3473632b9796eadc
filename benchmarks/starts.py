"""How long a service takes from its start to its first answer."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.service import ended, serve_command
from benchmarks.waiting import wait_for

__all__ = ["bare_start", "service_start"]

BARE_SERVER: Final = Path(__file__).with_name("bare_server.py")
SPAN: Final = 5
CANDIDATES: Final = range(21000, 32000, SPAN)
"""Below the ports that Linux gives to clients, which come and go meanwhile."""

ANSWER_S: Final = 30.0


def service_start(home: Path) -> float:
    """Start a service, return the seconds to its first answer, end it."""
    base = _free_base()
    return _first_answer(serve_command(home, base), base)


def bare_start() -> float:
    """Do the same with a server that does nothing else."""
    base = _free_base()
    return _first_answer([sys.executable, str(BARE_SERVER), str(base)], base)


def _first_answer(command: Sequence[str], port: int) -> float:
    begin = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    with ended(process):
        wait_for(lambda: _answers(port), ANSWER_S)
        return perf_counter() - begin


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_S)
    try:
        connection.request("GET", "/api/server/version")
        return connection.getresponse().status == 200
    except ConnectionError:
        return False
    finally:
        connection.close()


def _free_base() -> int:
    """Return the first of a few neighbouring ports that nobody listens on."""
    for base in CANDIDATES:
        with suppress(OSError), ExitStack() as taken:
            for port in range(base, base + SPAN):
                taken.enter_context(socket.create_server(("127.0.0.1", port)))
            return base
    raise OSError("no free ports")
