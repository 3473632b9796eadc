"""The gate: who is asked about, what passes, and what a refusal says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from scanwright.errors import AccessNotGranted
from scanwright.http.access import access_gate
from scanwright.http.answers import error_response, json_response
from scanwright.http.consents import Consents
from scanwright.protocol.access import Access, Consent

Client = TestClient[Any, Any]

APP = "https://app.example"
SCANNERS = "/api/device/scanners"


@dataclass
class Settings:
    """What the administrator wants asked."""

    prompts: frozenset[Access] = frozenset({Access.SCANNER})


@pytest.fixture
def settings() -> Settings:
    """Prompts before scanners are touched."""
    return Settings()


@pytest.fixture
def consents(tmp_path: Path) -> Consents:
    """Nobody was asked yet."""
    return Consents(tmp_path / "consents.json")


@pytest.fixture
async def client(settings: Settings, consents: Consents) -> AsyncIterator[Client]:
    """A service whose every endpoint is behind the gate."""
    gate = access_gate(consents, lambda: settings)

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            gate(request)
        except AccessNotGranted as error:
            return error_response(error)
        return json_response({})

    app = web.Application()
    for path in (SCANNERS, f"{SCANNERS}/jobs/{{job}}", "/api/server"):
        app.router.add_route("*", path, handle)
    async with TestClient(TestServer(app)) as client:
        yield client


async def asked(
    client: Client,
    path: str = SCANNERS,
    *,
    method: str = "GET",
    origin: str = APP,
) -> tuple[int, int]:
    """Return status and code that a page gets."""
    answer = await client.request(method, path, headers={"Origin": origin})
    return answer.status, (await answer.json()).get("code", 0)


@pytest.mark.parametrize("path", [SCANNERS, "/api/device/%73canners/jobs/1"])
async def test_a_page_without_consent_is_refused(client: Client, path: str) -> None:
    """403 / -2911, however the path is spelt."""
    assert await asked(client, path) == (403, -2911)


async def test_consent_counts_at_once(client: Client, consents: Consents) -> None:
    """Allowed pages pass, denied ones do not and are not asked about again."""
    consents.allow(APP, Access.SCANNER)
    assert await asked(client) == (200, 0)
    consents.deny(APP, Access.SCANNER)
    assert await asked(client) == (403, -2911)
    assert [entry.consent for entry in consents.entries()] == [Consent.DENIED]


async def test_the_refusal_says_what_to_do(client: Client) -> None:
    """It names the origin, and the command that lets it in."""
    answer = await client.get(SCANNERS, headers={"Origin": APP})
    message = (await answer.json())["message"]
    assert f"scanwright access allow {APP} scanner" in message


async def test_the_switch_is_looked_at_for_each_request(
    client: Client,
    settings: Settings,
) -> None:
    """Where the administrator wants nobody asked, nobody is."""
    assert await asked(client) == (403, -2911)
    settings.prompts = frozenset({Access.FILE})
    assert await asked(client) == (200, 0)


async def test_programs_are_not_asked_about(client: Client, consents: Consents) -> None:
    """What sends no Origin is no page."""
    assert (await client.get(SCANNERS)).status == 200
    assert consents.entries() == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_page_that_hides_its_origin_is_refused(
    client: Client, consents: Consents, site: str
) -> None:
    """An image whose address is ours wakes no driver."""
    answer = await client.get(SCANNERS, headers={"Sec-Fetch-Site": site})
    assert answer.status == 403
    assert consents.entries() == []
    typed = await client.get(SCANNERS, headers={"Sec-Fetch-Site": "none"})
    assert typed.status == 200


async def test_a_page_without_an_origin_of_its_own_is_refused(
    client: Client,
    consents: Consents,
) -> None:
    """Sandboxed pages all call themselves null: none of them can be let in."""
    assert await asked(client, origin="null") == (403, -2911)
    assert consents.entries() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/server"), ("OPTIONS", SCANNERS), ("GET", "/nowhere")],
)
async def test_what_touches_nothing_passes(
    client: Client,
    consents: Consents,
    method: str,
    path: str,
) -> None:
    """The state of the service, preflights and unknown paths need no consent."""
    answer = await client.request(method, path, headers={"Origin": APP})
    assert answer.status != 403
    assert consents.entries() == []
