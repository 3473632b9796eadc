"""The service itself: does it run, does it answer, and whose are its ports?"""

from __future__ import annotations

import errno
import json
import os
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final

from scanwright.buffer.disk import LEAST_BYTES
from scanwright.commands.checks.finding import Finding, found, problem, warning
from scanwright.configuration.reading import read_configuration
from scanwright.configuration.values import Configuration, PortNumbers
from scanwright.home import Home
from scanwright.http.owner import find_owner

__all__ = ["Holder", "check_ports", "check_service", "find_holder"]

ANSWER_S: Final = 3.0
LOCKS: Final = Path("/proc/locks")
ROLES: Final = tuple(field.name for field in fields(PortNumbers))


@dataclass(frozen=True, slots=True)
class Holder:
    """The service that holds the home, as its `port.lock` says."""

    pid: int
    started: str
    ports: tuple[int, ...]
    free_disk_bytes: int = LEAST_BYTES
    """With less of the disk free than this, it stores nothing."""


def find_holder(home: Home, locks: Path = LOCKS) -> Holder | None:
    """Return who serves this home; a file that nobody has locked is nobody's."""
    try:
        number = home.port_lock.stat().st_ino
        facts: Mapping[str, Any] = json.loads(home.port_lock.read_text("utf-8"))
        holder = Holder(
            int(facts["pid"]),
            facts["started"],
            tuple(facts["ports"]),
            int(facts.get("freeDisk", LEAST_BYTES)),
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None
    # To try the lock would keep out, for a moment, a service that starts just now.
    lines = locks.read_text("ascii").splitlines()
    held = {line.split()[-3].rpartition(":")[2] for line in lines}
    return holder if str(number) in held else None


def check_service(home: Home, holder: Holder | None) -> Iterator[Finding]:
    """Ask the service something simple, as a page would."""
    if holder is None:
        yield warning(
            "service",
            "none runs on this home",
            "`scanwright serve` starts one, `scanwright service install` keeps one.",
        )
        return
    core, core_tls, *_ = holder.ports
    urls = (f"http://127.0.0.1:{core}", f"https://127.0.0.1:{core_tls}")
    silent = [f"{url} ({why})" for url in urls if (why := _why_silent(url))]
    who = f"process {holder.pid}, since {holder.started}"
    if silent:
        yield problem(
            "service",
            f"{who}, does not answer at {' and '.join(silent)}",
            f"Look into {home.log}; `scanwright status` shows its processes.",
        )
    else:
        yield found("service", f"{who}, answers at {' and '.join(urls)}")


def check_ports(home: Home, holder: Holder | None) -> Iterator[Finding]:
    """Compare the ports of the configuration with those that are there."""
    configuration = read_configuration(home).configuration
    wanted = astuple(configuration.ports)
    if holder and holder.ports == wanted:
        yield found("ports", f"{_listed(wanted)} are this service's")
    elif holder:
        yield warning(
            "ports",
            f"the service has {_listed(holder.ports)}, its configuration says "
            f"{_listed(wanted)}",
            "Restart it, unless it was started with --port-base.",
        )
    else:
        yield from _check_free(wanted)
    yield from _check_server(configuration)


def _check_free(ports: tuple[int, ...]) -> Iterator[Finding]:
    free = []
    for port in ports:
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError as error:
            is_taken = error.errno == errno.EADDRINUSE
            yield problem(
                "ports",
                f"{port} is taken by {find_owner(port)}" if is_taken else str(error),
                "End that program, or choose another port: scanwright config list",
            )
        else:
            free.append(port)
    if free:
        yield found("ports", f"free: {_listed(free)}")


def _check_server(configuration: Configuration) -> Iterator[Finding]:
    if (server := configuration.server) is None:
        return
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    try:
        socket.create_server((server, 0), family=family).close()
    except OSError as error:
        yield problem(
            "ports",
            f"Server={server} cannot be listened on: {os.strerror(error.errno or 0)}",
            "Set it to an address that `ip address` shows.",
        )
    else:
        yield found("ports", f"other machines come in at {server}")


def _why_silent(url: str) -> str | None:
    # Whose certificate it is, is looked at elsewhere.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    try:
        opener.open(f"{url}/api/server", timeout=ANSWER_S).close()
    except urllib.error.URLError as error:
        return str(error.reason)
    except (OSError, HTTPException) as error:
        return str(error)
    return None


def _listed(ports: Sequence[int]) -> str:
    return ", ".join(map(str, ports))
