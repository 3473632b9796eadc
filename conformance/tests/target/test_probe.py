"""Looking at a target of which only the address is known."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from scanwright_conformance.target import Port, probe

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]

LISTING = [{"name": "One", "type": 256, "device": "{}"}]


def enumeration(number: int, *values: Any) -> dict[str, Any]:
    """Return a CapabilityDetails of an enumeration."""
    return {
        "capability": {"value": number, "label": "x"},
        "conType": {"value": 4, "label": "TWON_ENUMERATION"},
        "enums": list(values),
    }


def feeder(*query: str) -> dict[str, Any]:
    """Return the CapabilityDetails of a feeder that is off; `query` may have set."""
    return {
        "capability": {"value": 4098, "label": "CAP_FEEDERENABLED"},
        "conType": {"value": 5, "label": "TWON_ONEVALUE"},
        "query": list(query),
        "curValue": False,
    }


class Service:
    """A service as a probe sees it; what it was asked is kept."""

    def __init__(self, capabilities: Any, *, is_open: bool = True) -> None:
        self.capabilities = capabilities
        self.is_open = is_open
        self.asked: list[str] = []

    async def handle(self, request: web.Request) -> web.Response:
        """Answer what a probe asks."""
        self.asked.append(f"{request.method} {request.path}")
        origin = {"Access-Control-Allow-Origin": "*"} if self.is_open else {}
        match request.path:
            case "/api/server":
                return web.json_response({"logLevel": 0}, headers=origin)
            case "/api/device/scanners" | "/DWTAPI/Scanners":
                return web.json_response(LISTING)
            case "/api/device/scanners/jobs":
                return web.json_response({"jobuid": "7"}, status=201)
            case "/api/device/scanners/jobs/7/scanner/capabilities":
                return web.json_response(self.capabilities)
            case "/api/storage/documents/0/pages":
                return web.json_response({"code": -1126}, status=404)
        return web.Response(status=404)


async def test_what_can_be_seen_is_claimed(serve: Serve) -> None:
    """Pixel types, depth, generation 1 and open origins can be seen."""
    details = [
        enumeration(257, 0, 1, 2),
        enumeration(4395, 24, 48),
        feeder("get", "set"),
    ]
    target = await probe(await serve(Service(details).handle))
    assert target.capabilities == {
        *("scanner", "bw", "gray", "colour", "depth-16"),
        *("generation-1", "open-origins", "no-documents", "no-licence"),
    }


@pytest.mark.parametrize("details", [{}, [5, {}, {"capability": 1}], None])
async def test_what_cannot_be_seen_is_not_claimed(serve: Serve, details: Any) -> None:
    """A scanner that tells nothing has nothing, as far as anybody knows."""
    target = await probe(await serve(Service(details, is_open=False).handle))
    assert target.capabilities == {
        *("scanner", "generation-1", "no-documents", "no-licence"),
    }


async def test_a_feeder_that_cannot_be_turned_on_is_none(serve: Serve) -> None:
    """Only a scanner that says so is a flatbed without a feeder."""
    target = await probe(await serve(Service([feeder("get")]).handle))
    assert "flatbed-only" in target.capabilities
    assert target.device("flatbed-only").name == "One"


async def test_the_job_of_the_probe_is_deleted(serve: Serve) -> None:
    """Looking leaves nothing behind."""
    service = Service([])
    await probe(f"{await serve(service.handle)}/api")
    assert service.asked[-1] == "DELETE /api/device/scanners/jobs/7"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://127.0.0.1:9/api/"])
async def test_nobody_has_no_capabilities(url: str) -> None:
    """Where nobody answers nothing is claimed, and the address is still the target."""
    target = await probe(url)
    assert target.capabilities == frozenset()
    assert target.addresses.urls == {Port.API: "http://127.0.0.1:9"}
