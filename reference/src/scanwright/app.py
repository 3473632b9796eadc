"""The composition root: makes the parts, wires them, and takes them down in order."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

import aiohttp
from aiohttp import web

from scanwright import __version__, log
from scanwright.buffer.pages import PageStore
from scanwright.buffer.slots import SlotPool
from scanwright.certificates.authority import (
    Certificates,
    ensure_certificates,
    server_context,
)
from scanwright.errors import ScanwrightError
from scanwright.home import Home
from scanwright.http.api import Api
from scanwright.http.generation1 import Generation1
from scanwright.http.manager import Manager
from scanwright.http.ports import Ports, take_ports
from scanwright.http.routes import build_application
from scanwright.jobs.registry import Jobs
from scanwright.options import ServeOptions, parse_options
from scanwright.processes.workers import ScanWorkers
from scanwright.protocol.scanning import DEFAULT_TYPES, DeviceType
from scanwright.supervision.dumps import Dumps
from scanwright.supervision.estate import Estate
from scanwright.supervision.link import Link
from scanwright.supervision.lock import PortLock
from scanwright.supervision.watch import MAIN, Supervision

__all__ = ["Service", "run", "running_service"]

SHUTDOWN_S: Final = 0.5
DEFECT: Final = 70
"""Exit status of a main that ends by a defect of its own."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """A service that answers."""

    jobs: Jobs
    workers: ScanWorkers
    ports: Ports
    certificates: Certificates
    home: Home

    @property
    def addresses(self) -> dict[str, str]:
        """Base URLs of the four ports, by their role."""
        return {
            "api": _url("http", self.ports.api),
            "api_tls": _url("https", self.ports.api_tls),
            "manager": _url("http", self.ports.manager),
            "manager_tls": _url("https", self.ports.manager_tls),
        }


def run(estate: Estate, link: Link | None) -> int:
    """Be main until the service is stopped; return the exit status.

    `link` leads to the monitor, if there is one.
    """
    options = parse_options(estate.argv, os.environ)
    home = Home(options.home.absolute())
    dumps = None
    try:
        home.create()
        log.set_up(home.log / "service.log", options.log_level)
        dumps = _dumps(home, estate)
        asyncio.run(_serve(options, home, Supervision(estate, link, dumps=dumps)))
    except (ScanwrightError, OSError) as error:
        print(f"scanwright serve: {error}", file=sys.stderr)
        status = 1
    except Exception:  # the edge of the process: logged, and left for a dump
        logger.exception("main ends by a defect")
        if dumps:
            dumps.trace_exception()
        return DEFECT
    else:
        status = 0
    if dumps:
        dumps.untrace(MAIN)
    return status


@contextlib.asynccontextmanager
async def running_service(
    options: ServeOptions,
    home: Home,
    ports: Ports,
    dumps: Dumps | None = None,
) -> AsyncIterator[Service]:
    """Start a service; it answers when this yields, and is gone after it."""
    async with contextlib.AsyncExitStack() as stack:
        certificates = ensure_certificates(home.cert)
        slots = stack.enter_context(contextlib.closing(SlotPool()))
        store = stack.enter_context(
            contextlib.closing(
                PageStore(
                    home.cache,
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
                log_path=home.log / "drivers.log",
                dumps=dumps,
            ),
        )
        jobs = await stack.enter_async_context(Jobs(workers, store))
        service = Service(jobs, workers, ports, certificates, home)
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
        stack.callback(workers.hurry)
        yield service


async def _serve(options: ServeOptions, home: Home, supervision: Supervision) -> None:
    """Serve until somebody asks the service to stop."""
    async with contextlib.AsyncExitStack() as stack:
        estate = supervision.estate
        lock = PortLock.take(home.port_lock, estate.lock)
        stack.callback(lock.release)
        ports = _adopted(estate.listeners) or take_ports(options.port_base)
        lock.tell(supervision.started, [_number(pair) for pair in _pairs(ports)])
        await stack.enter_async_context(supervision)
        service = await stack.enter_async_context(
            running_service(options, home, ports, supervision.dumps),
        )
        supervision.include(service.workers.processes)
        supervision.ready(lock.fd, [s.fileno() for pair in _pairs(ports) for s in pair])
        async with asyncio.TaskGroup() as tasks:
            announcing = tasks.create_task(_announce(service, options, estate))
            await supervision.stopped()
            announcing.cancel()


def _dumps(home: Home, estate: Estate) -> Dumps:
    """Begin the trace of this process, and see to those that nobody looked at."""
    estate.paths = {
        "dump": str(home.dump),
        "log": str(home.log / "service.log"),
        "lock": str(home.port_lock),
    }
    estate.versions = {
        "scanwright": __version__,
        "Python": sys.version.partition(" ")[0],
        "system": " ".join(os.uname()[i] for i in (0, 2, 4)),
        "aiohttp": aiohttp.__version__,
    }
    dumps = estate.dumps()
    dumps.sweep()
    dumps.trace(MAIN)
    return dumps


async def _announce(service: Service, options: ServeOptions, estate: Estate) -> None:
    """Say once that everything answers, and where, to whoever has started us."""
    if estate.predecessor or not (options.is_json or estate.lifeline is not None):
        return
    devices = await service.jobs.list_devices(DEFAULT_TYPES | DeviceType.ESCL)
    facts: dict[str, object] = {
        **service.addresses,
        "ca": str(service.certificates.ca),
        "home": str(service.home.folder),
        "pid": os.getpid(),
        "devices": [{"name": d.name, "type": int(d.type)} for d in devices],
    }
    if options.is_json:
        print(json.dumps(facts), flush=True)
        return
    print("Scanwright answers. Ctrl-C ends it.")
    for role, url in service.addresses.items():
        print(f"  {role:<12} {url}")
    print(f"  {'ca':<12} {service.certificates.ca}")
    print(f"  {'home':<12} {service.home.folder}")
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


def _adopted(listeners: Sequence[int]) -> Ports | None:
    """Return the ports that the main before us had."""
    by_number: dict[int, list[socket.socket]] = {}
    for descriptor in listeners:
        listener = socket.socket(fileno=descriptor)
        by_number.setdefault(_number([listener]), []).append(listener)
    return Ports(*by_number.values()) if by_number else None


def _pairs(ports: Ports) -> tuple[Sequence[socket.socket], ...]:
    return ports.api, ports.api_tls, ports.manager, ports.manager_tls


def _number(pair: Sequence[socket.socket]) -> int:
    return int(pair[0].getsockname()[1])


def _url(scheme: str, pair: Sequence[socket.socket]) -> str:
    return f"{scheme}://127.0.0.1:{_number(pair)}"
