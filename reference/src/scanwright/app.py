"""The composition root: makes the parts, wires them, and takes them down in order."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from scanwright.buffer.pages import PageStore
from scanwright.buffer.slots import SlotPool
from scanwright.certificates.authority import (
    Certificates,
    ensure_certificates,
    server_context,
)
from scanwright.home import Home
from scanwright.http.api import Api
from scanwright.http.generation1 import Generation1
from scanwright.http.manager import Manager
from scanwright.http.ports import Ports
from scanwright.http.routes import build_application
from scanwright.jobs.registry import Jobs
from scanwright.options import ServeOptions
from scanwright.processes.workers import ScanWorkers
from scanwright.supervision.watch import Supervision

__all__ = ["Service", "running_service"]

SHUTDOWN_S: Final = 0.5


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
        numbers = self.ports.numbers()
        return {
            "api": f"http://127.0.0.1:{numbers.core}",
            "api_tls": f"https://127.0.0.1:{numbers.core_tls}",
            "manager": f"http://127.0.0.1:{numbers.manager}",
            "manager_tls": f"https://127.0.0.1:{numbers.manager_tls}",
        }


@contextlib.asynccontextmanager
async def running_service(
    options: ServeOptions,
    home: Home,
    ports: Ports,
    supervision: Supervision,
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
                dumps=supervision.dumps,
            ),
        )
        supervision.include(workers.processes)
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
