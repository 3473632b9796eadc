"""The composition root: makes the parts, wires them, and takes them down in order."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

from scanwright import log
from scanwright.buffer.pages import PageStore
from scanwright.buffer.slots import SlotPool
from scanwright.certificates.authority import (
    Certificates,
    ensure_certificates,
    server_context,
)
from scanwright.errors import ScanwrightError
from scanwright.http.api import Api
from scanwright.http.generation1 import Generation1
from scanwright.http.manager import Manager
from scanwright.http.ports import Ports, take_ports
from scanwright.http.routes import build_application
from scanwright.jobs.registry import Jobs
from scanwright.options import ServeOptions, parse_options
from scanwright.processes.workers import ScanWorkers
from scanwright.protocol.scanning import DEFAULT_TYPES, DeviceType

__all__ = ["Service", "run", "running_service"]

FOLDERS: Final = ("cache", "cert", "log")
SHUTDOWN_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Service:
    """A service that answers."""

    jobs: Jobs
    ports: Ports
    certificates: Certificates
    home: Path

    @property
    def addresses(self) -> dict[str, str]:
        """Base URLs of the four ports, by their role."""
        return {
            "api": _url("http", self.ports.api),
            "api_tls": _url("https", self.ports.api_tls),
            "manager": _url("http", self.ports.manager),
            "manager_tls": _url("https", self.ports.manager_tls),
        }


def run(argv: Sequence[str]) -> int:
    """Serve until a signal ends it; return the exit status."""
    options = parse_options(argv, os.environ)
    try:
        asyncio.run(_serve(options))
    except (ScanwrightError, OSError) as error:
        print(f"scanwright serve: {error}", file=sys.stderr)
        return 1
    return 0


@contextlib.asynccontextmanager
async def running_service(options: ServeOptions) -> AsyncIterator[Service]:
    """Start a service; it answers when this yields, and is gone after it."""
    async with contextlib.AsyncExitStack() as stack:
        ports = take_ports(options.port_base)
        certificates = ensure_certificates(options.home / "cert")
        slots = stack.enter_context(contextlib.closing(SlotPool()))
        store = stack.enter_context(
            contextlib.closing(
                PageStore(
                    options.home / "cache",
                    slots=slots,
                    hot_bytes=options.page_memory_bytes,
                ),
            ),
        )
        workers = await stack.enter_async_context(
            ScanWorkers(
                slots=slots,
                escl=options.escl,
                mdns=options.uses_mdns,
                log_path=options.home / "log" / "drivers.log",
            ),
        )
        jobs = await stack.enter_async_context(Jobs(workers, store))
        service = Service(jobs, ports, certificates, options.home)
        api = Api(jobs, store, options.licence_key)
        manager = Manager(service.addresses, certificates.ca, jobs)
        core = build_application(
            {**api.endpoints(), **Generation1(api).endpoints()},
            options.policy,
        )
        pages = build_application(manager.endpoints(), options.policy)
        tls = server_context(certificates)
        await _listen(stack, core, [(ports.api, None), (ports.api_tls, tls)])
        await _listen(stack, pages, [(ports.manager, None), (ports.manager_tls, tls)])
        yield service


async def _serve(options: ServeOptions) -> None:
    _make_home(options.home)
    log.set_up(options.home / "log" / "service.log", options.log_level)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running_service(options) as service:
        await _announce(service, is_json=options.is_json)
        await stop.wait()


async def _announce(service: Service, *, is_json: bool) -> None:
    """Say that everything answers, and where."""
    devices = await service.jobs.list_devices(DEFAULT_TYPES | DeviceType.ESCL)
    facts: dict[str, object] = {
        **service.addresses,
        "ca": str(service.certificates.ca),
        "home": str(service.home),
        "pid": os.getpid(),
        "devices": [{"name": d.name, "type": int(d.type)} for d in devices],
    }
    if is_json:
        print(json.dumps(facts), flush=True)
        return
    print("Scanwright answers. Ctrl-C ends it.")
    for role, url in service.addresses.items():
        print(f"  {role:<12} {url}")
    print(f"  {'ca':<12} {service.certificates.ca}")
    print(f"  {'home':<12} {service.home}")
    for device in devices:
        print(f"  {device.type.name or '':<12} {device.name}")
    if not devices:
        print("  no scanners found; `scanwright up` brings virtual ones")
    sys.stdout.flush()


async def _listen(
    stack: contextlib.AsyncExitStack,
    application: web.Application,
    sites: Sequence[tuple[Sequence[socket.socket], ssl.SSLContext | None]],
) -> None:
    runner = web.AppRunner(
        application,
        access_log=None,
        # A reader that goes away must not take the next page with it.
        handler_cancellation=True,
        shutdown_timeout=SHUTDOWN_S,
    )
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    for sockets, context in sites:
        for listener in sockets:
            await web.SockSite(runner, listener, ssl_context=context).start()


def _make_home(home: Path) -> None:
    for folder in (home, *(home / name for name in FOLDERS)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _url(scheme: str, sockets: Sequence[socket.socket]) -> str:
    return f"{scheme}://127.0.0.1:{sockets[0].getsockname()[1]}"
