"""Looking at a target that runs: what is there, what is not, what cannot be told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from scanwright_conformance.target import (
    Addresses,
    Device,
    Observation,
    Port,
    Target,
    observe,
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]

JOBS = "/api/device/scanners/jobs"
ONE = Device("One", 256, "{}")
SECRET = "open sesame"  # noqa: S105 - a licence of no service


class Service:
    """A service as an observer sees it."""

    def __init__(
        self,
        *,
        is_open: bool = True,
        document_code: int = -1126,
        licence: str = "",
        feeder: Any = False,
        protocols: Any = None,
    ) -> None:
        self.is_open = is_open
        self.document_code = document_code
        self.licence = licence
        self.feeder = feeder
        self.protocols = protocols
        self.asked: list[str] = []

    async def handle(self, request: web.Request) -> web.Response:
        """Answer what an observer asks."""
        self.asked.append(f"{request.method} {request.path}")
        return self._cors(request, self._answer(request))

    def _answer(self, request: web.Request) -> web.Response:
        path = request.path
        if path == JOBS:
            if self.licence not in {"", request.headers.get("DWT-PRODUCT-KEY")}:
                return web.json_response({"code": -2800}, status=403)
            return web.json_response({"jobuid": "7"}, status=201)
        if path == f"{JOBS}/7/scanner/capabilities":
            return web.json_response(
                [
                    {"capability": {"value": 257}, "enums": [1, 2]},
                    {"capability": {"value": 4098}, "curValue": self.feeder},
                ]
            )
        if path == "/hello" and self.protocols is not None:
            return web.json_response({"protocols": self.protocols})
        if path.startswith(("/api/storage", "/api/process")):
            code = -2113 if "process" in path else self.document_code
            return web.json_response({"code": code}, status=404)
        return web.json_response({})

    def _cors(self, request: web.Request, answer: web.Response) -> web.Response:
        origin = request.headers.get("Origin", "")
        if self.is_open or "foreign" not in origin:
            answer.headers["Access-Control-Allow-Origin"] = origin
        return answer


async def look(url: str, **members: Any) -> Observation:
    """Return what is seen of a target at `url` with one scanner."""
    given: dict[str, Any] = {"devices": {"scanner": ONE}, **members}
    addresses = given.pop("addresses", Addresses({Port.API: url}))
    return await observe(Target("t", addresses, frozenset(), **given))


async def test_a_service_is_seen(serve: Serve) -> None:
    """Origins, modules, licence and pixels can be told from outside."""
    service = Service(feeder=True)
    observed = await look(await serve(service.handle))
    assert observed.seen.keys() == {
        *("open-origins", "no-documents", "processing", "scanner", "no-licence"),
        *("gray", "colour"),
    }
    assert {
        "tls",
        "ca",
        "origin-list",
        "documents",
        "licence",
    } <= observed.absent.keys()
    assert {"bw", "depth-16", "flatbed-only", "slow-scanner"} <= observed.absent.keys()
    assert service.asked[-1] == f"DELETE {JOBS}/7"


async def test_an_allow_list_and_documents_are_seen(serve: Serve) -> None:
    """Who lets in two origins and not a third one has a list."""
    service = Service(is_open=False, document_code=-1040)
    observed = await look(await serve(service.handle))
    assert {"origin-list", "documents"} <= observed.seen.keys()
    assert {"open-origins", "no-documents"} <= observed.absent.keys()
    assert "two-origins" not in observed.absent


@pytest.mark.parametrize(
    ("key", "where"),
    [(SECRET, "seen"), ("", "seen"), ("wrong", "absent")],
)
async def test_a_licence_is_tried(serve: Serve, key: str, where: str) -> None:
    """A service that refuses a job without a key must take the described one."""
    url = await serve(Service(licence=SECRET).handle)
    observed = await look(url, licence_key=key)
    assert "licence" in getattr(observed, where)
    assert "no-licence" in observed.absent


async def test_ports_and_a_certificate_are_looked_at(
    serve: Serve,
    tmp_path: Path,
) -> None:
    """An address counts when it answers, a CA when it is a certificate."""
    ca = tmp_path / "ca.pem"
    ca.write_text("-----BEGIN CERTIFICATE-----", encoding="ascii")
    url = await serve(Service().handle)
    urls = {Port.API: url, Port.MANAGER: url, Port.API_TLS: "https://127.0.0.1:9"}
    observed = await look(url, addresses=Addresses(urls, ca), known_home=ca)
    assert {"manager", "ca"} <= observed.seen.keys()
    assert {"tls", "home"} <= observed.absent.keys()


async def test_a_service_without_scanners_is_seen(serve: Serve) -> None:
    """Where none is listed nothing is said of what scanners can do."""
    observed = await look(await serve(Service().handle), devices={})
    assert "scanner" in observed.absent
    assert "gray" not in {*observed.seen, *observed.absent}


async def test_nothing_is_said_of_nobody() -> None:
    """Who does not answer at all is no discrepancy but another problem."""
    assert await look("http://127.0.0.1:9") == Observation()


@pytest.mark.parametrize(
    ("protocols", "is_seen"), [([1], True), (None, False), ("1", False)]
)
async def test_a_page_channel_is_seen_by_its_protocols(
    serve: Serve,
    protocols: Any,
    is_seen: bool,  # noqa: FBT001 - a column
) -> None:
    """Who greets is not yet who speaks with pages."""
    seen = await look(await serve(Service(protocols=protocols).handle))
    assert ("page-channel" in seen.seen) is is_seen
    assert ("page-channel" in seen.absent) is not is_seen
