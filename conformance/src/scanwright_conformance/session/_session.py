"""A session: everything that one stimulus may do to the target.

It records whatever it does, and takes away whatever it made: each job and document
that the target says it created is deleted when the session ends.
"""

from __future__ import annotations

import asyncio
import json as json_text
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlencode, urlsplit

from scanwright_conformance.deadline import Expired, until
from scanwright_conformance.session._home import HomeFolder
from scanwright_conformance.session._job import Job
from scanwright_conformance.session._machine import Machine
from scanwright_conformance.session._means import require, require_role
from scanwright_conformance.session._page import Page
from scanwright_conformance.session._recorder import Recorder, Stopped
from scanwright_conformance.session._service import Service
from scanwright_conformance.session._tls import attempt_handshake
from scanwright_conformance.session._web import Web
from scanwright_conformance.session._wire import Wire, accepts
from scanwright_conformance.target import Port, Target, Unsupported
from scanwright_conformance.transcript import Exchange, Fact, Handshake, Request

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    from aiohttp import ClientWebSocketResponse

__all__ = ["JOBS", "Session"]

JOBS: Final = "/api/device/scanners/jobs"
GENERATION_1_JOBS: Final = "/DWTAPI/ScanJobs"
DOCUMENTS: Final = "/api/storage/documents"
SETTINGS: Final = "/api/server"

REQUEST_TIMEOUT_S: Final = 10.0
CLEANUP_TIMEOUT_S: Final = 5.0
UNSET: Final[Any] = object()


class Session:
    """One conversation with `target`, to be used as an async context manager.

    `machine` has its processes, `home` its files, and `service` its life.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self.recorder = Recorder()
        self._web = Web(self.recorder)
        self._wire = Wire(self.recorder)
        self._made: dict[str, Port] = {}
        self._pages: list[Page] = []
        self.machine = Machine(self.recorder, target)
        self.home = HomeFolder(self.recorder, target)
        self.service = Service(self.recorder, target, self.home)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self.close()
        finally:
            await self.restore()

    async def close(self) -> None:
        """Delete what the target made for this session, and hang up."""
        try:
            async with asyncio.TaskGroup() as group:
                for page in self._pages:
                    group.create_task(page.finish())
            await self._clean_up()
        finally:
            await self._web.close()

    async def http(
        self,
        method: str,
        path: str,
        *,
        label: str,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = UNSET,
        body: bytes = b"",
        port: Port = Port.API,
        timeout_s: float = REQUEST_TIMEOUT_S,
    ) -> Exchange:
        """Send a request for the full `path` and record it; never raises for it.

        With `json` the body is that value, as application/json unless `headers` say
        otherwise; `body` is sent without any Content-Type. No answer is a `problem`.
        """
        fields = dict(headers or {})
        if json is not UNSET:
            body = json_text.dumps(json).encode()
            if "content-type" not in {name.lower() for name in fields}:
                fields["Content-Type"] = "application/json"
        url = self.target.addresses.url(port) + path
        if query:
            url += "?" + urlencode(query)
        request = Request(method, url, tuple(fields.items()), body)
        exchange = await self._web.exchange(request, label=label, timeout_s=timeout_s)
        self._remember(method, path, port, exchange)
        return exchange

    async def page(
        self,
        label: str = "page",
        *,
        origin: str | None = None,
        resume: Mapping[str, str] | None = None,
        opens: bool = True,
        port: Port = Port.API,
    ) -> Page:
        """Connect a page of `origin`, by default an allowed one; open its session.

        Recorded is a channel, whatever comes of it. The check's end ends the session.
        """
        require(self.target, "page-channel")
        allowed = self.target.origins.allowed
        page = Page(self, label, origin or (allowed[0] if allowed else None))
        self._pages.append(page)
        await page.connect(port)
        if opens:
            await page.open(resume)
        return page

    async def websocket(
        self,
        url: str,
        *,
        protocol: str,
        headers: Mapping[str, str],
        largest_frame: int,
    ) -> ClientWebSocketResponse:
        """Open a WebSocket, for a page; raises what aiohttp does."""
        return await self._web.websocket(
            url, protocol=protocol, headers=headers, largest_frame=largest_frame
        )

    async def raw(
        self,
        data: bytes,
        *,
        label: str,
        port: Port = Port.API,
        timeout_s: float = REQUEST_TIMEOUT_S,
    ) -> Exchange:
        """Send exactly `data` on a connection of its own and record the answer."""
        url = self.target.addresses.url(port)
        return await self._wire.exchange(url, data, label=label, timeout_s=timeout_s)

    async def abort(
        self,
        data: bytes,
        *,
        label: str,
        port: Port = Port.API,
    ) -> None:
        """Send `data` and reset the connection at once; recorded as a fact."""
        await self._wire.abort(self.target.addresses.url(port), data, label=label)

    async def trickle(
        self,
        *,
        label: str,
        port: Port = Port.API,
        within_s: float,
    ) -> None:
        """Send a request that never gets complete until the peer closes; a fact."""
        url = self.target.addresses.url(port)
        await self._wire.trickle(url, label=label, within_s=within_s)

    async def handshake(
        self,
        *,
        label: str,
        port: Port = Port.API_TLS,
        server_name: str = "localhost",
        is_verified: bool = False,
        version: ssl.TLSVersion | None = None,
    ) -> Handshake:
        """Attempt TLS and record it; `is_verified` trusts the target's CA alone."""
        ca = self.target.addresses.ca
        if is_verified and ca is None:
            raise Unsupported("the target's description names no CA certificate")
        return await attempt_handshake(
            self.recorder,
            self.target.addresses.url(port),
            label=label,
            server_name=server_name,
            trusted_ca=ca if is_verified else None,
            version=version,
            timeout_s=REQUEST_TIMEOUT_S,
        )

    async def connect(self, host: str, number: int, *, label: str) -> bool:
        """Tell whether TCP port `number` of `host` accepts; recorded as a fact.

        A detour would accept for a target that does not: it is asked past it.
        """
        started = self.recorder.now()
        is_open = await accepts(*self.target.past(host, number))
        self.recorder.add(Fact(label, is_open, started))
        return is_open

    def fact(self, label: str, value: Any) -> None:
        """Record something else that was seen; `value` must be JSON."""
        self.recorder.add(Fact(label, value, self.recorder.now()))

    def host(self, port: Port = Port.API) -> str:
        """Return host and port, as a Host header names them."""
        return urlsplit(self.target.addresses.url(port)).netloc

    def device(self, role: str = "scanner") -> str:
        """Return the `device` string of the scanner in `role`, or raise Unsupported."""
        require_role(self.target, role)
        return self.target.device(role).device

    @property
    def licence(self) -> dict[str, str]:
        """The headers that a creation needs on this target."""
        key = self.target.licence_key
        return {"DWT-PRODUCT-KEY": key} if key else {}

    async def create_job(
        self,
        body: Mapping[str, Any] | None = None,
        *,
        label: str = "create",
        role: str = "scanner",
        headers: Mapping[str, str] | None = None,
        port: Port = Port.API,
    ) -> Job:
        """Create a job on the scanner in `role`, or raise Stopped.

        `body` is the creation's JSON; `device` is added unless it is there. Without
        `autoRun` in it the job runs at once.
        """
        exchange = await self.http(
            "POST",
            JOBS,
            label=label,
            headers={**self.licence, **(headers or {})},
            json={"device": self.device(role), **(body or {})},
            port=port,
        )
        return self.job_of(exchange)

    def job_of(self, created: Exchange) -> Job:
        """Return the job that an answered creation made, or raise Stopped."""
        body = created.json_or_none()
        uid = body.get("jobuid") if isinstance(body, dict) else None
        is_created = created.answer is not None and created.answer.status == 201
        if not is_created or not isinstance(uid, str) or not uid:
            raise Stopped(f"{created.label!r} made no job")
        return Job(self, f"{JOBS}/{uid}", created=created)

    async def poll(
        self,
        path: str,
        is_there: Callable[[Exchange], bool],
        *,
        wanted: str,
        label: str,
        within_s: float,
    ) -> Exchange:
        """GET `path` until `is_there`; Stopped when it never is, or nobody answers.

        The last answer is recorded under `label`, those before only where the answer
        changed, as `label.1`, `label.2` and so on.
        """
        last: list[Exchange] = []

        async def attempt() -> Exchange | None:
            number = len(last) + 1
            name = f"{label}.{number}"
            exchange = await self.http("GET", path, label=name)
            if exchange.answer is None:
                raise Stopped(f"{path} does not answer: {exchange.problem}")
            if last and _is_same(last[-1], exchange):
                self.recorder.drop(last[-1].label)
            last.append(exchange)
            return exchange if is_there(exchange) else None

        try:
            exchange = await until(attempt, within_s=within_s)
        except Expired:
            self.recorder.rename(last[-1].label, label)
            raise Stopped(f"not {wanted} within {within_s:g} s") from None
        return self.recorder.rename(exchange.label, label)

    async def until_back(
        self,
        *,
        label: str,
        port: Port = Port.API,
        within_s: float = 30.0,
    ) -> Exchange:
        """Ask for the settings until they are answered 200, or raise Stopped.

        Of the answers before only the last one is recorded, as `label.before`.
        """

        async def attempt() -> Exchange | None:
            self.recorder.drop(f"{label}.before")
            name = f"{label}.before"
            exchange = await self.http("GET", SETTINGS, label=name, port=port)
            is_good = exchange.answer is not None and exchange.answer.status == 200
            return exchange if is_good else None

        try:
            exchange = await until(attempt, within_s=within_s)
        except Expired:
            raise Stopped(f"no good answer within {within_s:g} s") from None
        return self.recorder.rename(exchange.label, label)

    async def restore(self) -> None:
        """Undo what was done to a managed service.

        It is started anew when a creation may have been carried out and its answer was
        lost on the way: nobody knows what to delete.
        """
        entries = self.recorder.transcript().exchanges
        is_lost = any(
            each.request.method == "POST" and each.answer is None for each in entries
        )
        has_detour = self.target.detour is not None
        await self.service.restore(is_afresh=has_detour and is_lost)

    def _remember(self, method: str, path: str, port: Port, exchange: Exchange) -> None:
        """Note what the target made or lost, and at which port, for the cleanup."""
        answer = exchange.answer
        if answer is None or answer.body.data is None:
            return
        plain = path.partition("?")[0]
        if method == "DELETE" and answer.status in {200, 204}:
            self._made.pop(plain, None)
        if method == "POST" and answer.status == 201:
            uid = _made_uid(plain, exchange)
            if uid:
                self._made[f"{plain}/{uid}"] = port

    async def _clean_up(self) -> None:
        async with asyncio.TaskGroup() as group:
            for number, (path, port) in enumerate(self._made.items(), start=1):
                is_known = port in self.target.addresses.urls
                url = self.target.direct_url(port if is_known else Port.API) + path
                request = Request("DELETE", url)
                group.create_task(
                    self._web.exchange(
                        request,
                        label=f"cleanup-{number}",
                        timeout_s=CLEANUP_TIMEOUT_S,
                    ),
                )


def _made_uid(path: str, exchange: Exchange) -> str:
    """Return the id of what a creation made, "" when it does not say one."""
    if path == GENERATION_1_JOBS and exchange.answer and exchange.answer.body.data:
        return exchange.answer.body.data.decode("latin-1").strip()
    member = {JOBS: "jobuid", DOCUMENTS: "uid"}.get(path)
    body = exchange.json_or_none()
    uid = body.get(member) if member and isinstance(body, dict) else None
    return uid if isinstance(uid, str) else ""


def _is_same(one: Exchange, other: Exchange) -> bool:
    if one.answer is None or other.answer is None:
        return False
    return (
        one.answer.status == other.answer.status
        and one.answer.body.sha256 == other.answer.body.sha256
    )
