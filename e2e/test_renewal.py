"""Certificates change under load, and nobody who asks for a page notices.

Once with years that go by on a clock of our own, in which the local CA is replaced as
well; once with a real service. Clients verify whom they meet, by the CAs that a browser
would trust by then; only the time they do not look at, for theirs is another one.
"""

from __future__ import annotations

import asyncio
import json
import signal
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
from aiohttp import web
from live import GONE_S, READY_S, first_line
from yarl import URL

from scanwright.certificates.authority import (
    ensure_certificates,
    renew_leaf,
    trusted_authorities,
)
from scanwright.certificates.checkup import check_up
from scanwright.certificates.identity import ServerIdentity
from scanwright.http.routes import Door, build_application

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

NO_CHECK_TIME: Final = ssl.VerifyFlags(0x200000)
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL."""
STEP: Final = timedelta(days=45)
STEPS: Final = 90
"""Eleven years: a leaf lasts for one of them, a CA for ten."""
CLIENTS: Final = 4
RENEWALS: Final = 8
TAKEN_UP_S: Final = 20.0
PAGE: Final = b"page" * 50_000


@dataclass
class Calendar:
    """A clock on which years go by in a moment."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        """Read it."""
        return self.now


@dataclass
class Clients:
    """Those who ask for a page of the service whose certificates are in `folder`."""

    url: str
    folder: Path
    authorities: set[bytes] = field(default_factory=set)
    met: list[str] = field(default_factory=list)
    answers: int = 0
    is_over: bool = False
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask_while(self, act: Callable[[], Awaitable[None]]) -> None:
        """Ask on old connections and on new ones while something happens."""
        async with asyncio.TaskGroup() as tasks:
            for _ in range(CLIENTS):
                tasks.create_task(self._ask_on_one_connection())
                tasks.create_task(self._ask_on_new_connections())
            await act()
            self.is_over = True
        await self._ask_anew()

    async def meet(self, fingerprint: str) -> None:
        """Go on until the service has shown this certificate."""
        async with asyncio.timeout(TAKEN_UP_S):
            while fingerprint not in self.met:
                self.arrived.clear()
                await self.arrived.wait()

    async def _ask_on_one_connection(self) -> None:
        """Ask again and again, without a need for another connection."""
        opened: list[object] = []
        trace = aiohttp.TraceConfig()

        async def count(*what: object) -> None:
            opened.append(what)

        trace.on_connection_create_end.append(count)
        async with aiohttp.ClientSession(trace_configs=[trace]) as session:
            context = self._trust()
            while not self.is_over:
                async with session.get(self.url, ssl=context) as answer:
                    assert answer.status == 200
                    assert len(await answer.read()) == answer.content_length
                    self.answers += 1
        assert len(opened) == 1

    async def _ask_on_new_connections(self) -> None:
        while not self.is_over:
            await self._ask_anew()

    async def _ask_anew(self) -> None:
        """Shake hands with a service that is not known yet."""
        address = URL(self.url)
        reader, writer = await asyncio.open_connection(
            address.host, address.port, ssl=self._trust()
        )
        secure = writer.get_extra_info("ssl_object")
        certificate = secure.getpeercert(binary_form=True)
        self.met.append(sha256(certificate).digest().hex(":").upper())
        self.arrived.set()
        request = f"GET {address.path} HTTP/1.1\r\nHost: {address.authority}\r\n"
        writer.write(f"{request}Connection: close\r\n\r\n".encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        assert head.startswith(b"HTTP/1.1 200 ")
        assert f"Content-Length: {len(body)}".encode() in head
        self.answers += 1

    def _trust(self) -> ssl.SSLContext:
        """Trust whom a browser has been told of until now."""
        self.authorities.update(trusted_authorities(self.folder))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=b"".join(self.authorities).decode())
        context.verify_flags |= NO_CHECK_TIME
        return context


async def test_years_of_renewals_drop_no_request(tmp_path: Path) -> None:
    """Leaf by leaf, and from one CA to the next, every page arrives whole.

    A connection that is kept alive lives through all of them.
    """
    calendar = Calendar()
    ensure_certificates(tmp_path, now=calendar())
    first = trusted_authorities(tmp_path)
    identity = ServerIdentity(tmp_path, {}, clock=calendar)

    async def let_years_go_by() -> None:
        for _ in range(STEPS):
            calendar.now += STEP
            await asyncio.to_thread(check_up, tmp_path, {}, now=calendar())
            identity.refresh()
            assert identity.describe().problem is None

    async with serving(identity) as url, asyncio.TaskGroup() as tasks:
        watch = tasks.create_task(identity.run(period_s=0.002))
        clients = Clients(url, tmp_path)
        await clients.ask_while(let_years_go_by)
        watch.cancel()
    assert len(set(clients.met)) > 10
    assert clients.met[-1] == identity.describe().fingerprint
    assert clients.answers > STEPS
    assert trusted_authorities(tmp_path) != first


async def test_a_real_service_renews_under_load(tmp_path: Path) -> None:
    """Main goes on, its clients go on, and in the end there is a new leaf."""
    with running_service(tmp_path) as facts:
        folder = tmp_path / "cert"

        clients = Clients(f"{facts['api_tls']}/api/server/version", folder)

        async def renew_often() -> None:
            for _ in range(RENEWALS):
                renew_leaf(folder, now=datetime.now(UTC))
                await clients.meet(ServerIdentity(folder, {}).describe().fingerprint)

        await clients.ask_while(renew_often)
        shown = ServerIdentity(folder, {}).describe().fingerprint
    assert len(set(clients.met)) >= RENEWALS
    assert clients.met[-1] == shown


@asynccontextmanager
async def serving(identity: ServerIdentity) -> AsyncIterator[str]:
    """Serve a page by TLS, as the service does; yield the address."""

    async def page(_request: web.Request) -> web.Response:
        return web.Response(body=PAGE)

    application = build_application({"/page": {"GET": page}}, Door())
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=identity.context)
        await site.start()
        yield f"https://127.0.0.1:{runner.addresses[0][1]}/page"
    finally:
        await runner.cleanup()


@contextmanager
def running_service(home: Path) -> Iterator[dict[str, Any]]:
    """Run a service on this home; yield what it said when it was ready."""
    command = [sys.executable, "-m", "scanwright", "serve", "--json", "--mdns", "off"]
    command += ["--port-base", "0", "--home", str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield json.loads(first_line(process.stdout, READY_S))
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(GONE_S) == 0
