"""Why a page cannot connect: one test for each reason, in each engine that has it.

The page lies on a site of its own and asks the SDK. Beside it lies a service, real or
played, and whatever keeps the two apart. What the engines let a page find out differs:
the table says what each makes of the same situation, and docs/BROWSERS.md why.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from channel_service import ChannelService, running_service
from engines import ENGINES, EngineName, Page, Permission, Settings, running
from engines.certificates import Authority
from engines.processes import free_port
from engines.site import Site, serving
from live import Up

import scanwright.web

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SDK = Path(scanwright.web.__file__).parent / "sdk"
POLICY = "default-src 'self'; connect-src *"
APP = "app.example.test"
ALIAS = "service.example.test"
"""Names that lie on this machine, for these browsers alone."""

START: Final = """
import { connect, diagnose } from "/files/index.js";
import { markSeen } from "/files/probes.js";
Object.assign(window, { connect, diagnose, markSeen });
"""
CONNECT: Final = """
window.reasons = [];
const onreason = (reason) => window.reasons.push(reason);
const options = { httpsPort: PORT, prompt: { language: "en", onreason } };
connect(options).then(({ state }) => { window.state = state; });"""
HELP: Final = """
const { dataset, shadowRoot } = document.querySelector("scanwright-prompt");
return [dataset.reason, shadowRoot.querySelector("ul").innerText];"""
PAGE: Final = """<!doctype html><html lang="en"><title>A page that scans</title>
<script type="module" src="/start.js"></script>"""

Where = Literal["local", "secure", "insecure"]
"""A page of this machine, one of a site by https, one of a site by http."""

Expected = Mapping[EngineName, str | None]


def in_all(reason: str | None) -> Expected:
    """Return what every engine is expected to say."""
    return dict.fromkeys(ENGINES, reason)


def says(
    *, protocols: tuple[int, ...] = (1,), origin: str = "allowed", cors: bool = True
) -> Handler:
    """Return a service that says this of itself, which pages may read with CORS."""
    hello = {"service": "scanwright", "version": "0.1.0", "instance": "a"}
    body = json.dumps({**hello, "protocols": protocols, "origin": origin})
    headers = {"Access-Control-Allow-Origin": "*"} if cors else {}

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(text=body, headers=headers, content_type="application/json")

    return answer


async def says_something_else(_: web.Request) -> web.StreamResponse:
    """Answer as another program would, which lets all pages read it."""
    headers = {"Access-Control-Allow-Origin": "*"}
    return web.Response(text="It works!", headers=headers)


async def says_nothing(_: web.Request) -> web.StreamResponse:
    """Answer never."""
    await asyncio.Event().wait()
    raise web.HTTPGatewayTimeout


OURS: Final = says()


@dataclass(frozen=True, slots=True)
class Situation:
    """Where the page lies, what answers at the ports of the service, what is between.

    Attributes:
        page: where it lies; not `local`, it is public when `is_public`.
        plain: what answers by http; None, nobody does.
        tls: the same by https.
        is_trusted: whether the browser trusts the certificate of `tls`.
        permission: what the user has said about the local network.
        policy: the Content-Security-Policy of the page.
        host: the name under which the page looks for the service.
        was_seen: the page has reached the service before.
        expected: the reason that each engine has; one that is missing has none of it.
    """

    expected: Expected
    page: Where = "local"
    is_public: bool = False
    plain: Handler | None = None
    tls: Handler | None = None
    is_trusted: bool = True
    permission: Permission | None = None
    policy: str = POLICY
    host: str = "127.0.0.1"
    was_seen: bool = False
    options: Mapping[str, object] = field(default_factory=dict)


PUBLIC: Final[Mapping[str, Any]] = {
    "page": "secure",
    "is_public": True,
    "plain": OURS,
    "tls": OURS,
}

SITUATIONS: Final = {
    "nothing from a local page": Situation(in_all(None), plain=OURS, tls=OURS),
    "nothing from a secure page": Situation(
        in_all(None), page="secure", plain=OURS, tls=OURS
    ),
    "not-installed, local page": Situation(in_all("not-installed")),
    "not-installed, secure page": Situation(
        {
            "chromium": "not-installed",
            "firefox": "not-installed",
            "webkit": "mixed-content",
        },
        page="secure",
    ),
    "not-running": Situation(in_all("not-running"), was_seen=True),
    "permission-granted": Situation(
        {"chromium": None, "firefox": None}, permission="granted", **PUBLIC
    ),
    "permission-denied": Situation(
        {"chromium": "permission-denied", "firefox": "permission-denied"},
        permission="denied",
        **PUBLIC,
    ),
    "permission-pending": Situation(
        {"chromium": "permission-pending", "firefox": "permission-pending"},
        permission="prompt",
        **PUBLIC,
    ),
    "insecure-page": Situation(
        {"chromium": "insecure-page", "firefox": "permission-pending"},
        page="insecure",
        is_public=True,
        plain=OURS,
        tls=OURS,
    ),
    "insecure page, allowed, nothing installed": Situation(
        {"firefox": "not-installed"},
        page="insecure",
        is_public=True,
        permission="granted",
    ),
    "insecure page, allowed, not running": Situation(
        {"firefox": "not-running"},
        page="insecure",
        is_public=True,
        permission="granted",
        was_seen=True,
    ),
    "certificate": Situation(
        {
            "chromium": "certificate",
            "firefox": "certificate",
            "webkit": "mixed-content",
        },
        page="secure",
        plain=OURS,
        tls=OURS,
        is_trusted=False,
    ),
    "certificate, local page": Situation(
        in_all("certificate"),
        plain=OURS,
        tls=OURS,
        is_trusted=False,
        options={"secure": True},
    ),
    "mixed-content": Situation(
        in_all("mixed-content"), page="secure", plain=OURS, host=ALIAS
    ),
    "origin-refused": Situation(in_all("origin-refused"), plain=says(origin="refused")),
    "content-security-policy": Situation(
        in_all("content-security-policy"), plain=OURS, policy="default-src 'self'"
    ),
    "service-too-old": Situation(in_all("service-too-old"), plain=says(protocols=(0,))),
    "service-too-new": Situation(in_all("service-too-new"), plain=says(protocols=(2,))),
    "port-taken": Situation(in_all("port-taken"), plain=says_something_else),
    "port-taken, closed to pages": Situation(
        in_all("port-taken"), plain=says(cors=False)
    ),
    "busy": Situation(in_all("busy"), plain=says_nothing, options={"deadlineMs": 2000}),
}

CASES: Final = [
    pytest.param(situation, name, id=f"{title}-{name}")
    for title, situation in SITUATIONS.items()
    for name in situation.expected
]


@dataclass(frozen=True, slots=True)
class Country:
    """A CA that browsers trust, one that they do not, and the HOME of a browser."""

    known: Authority
    unknown: Authority
    home: Path


@pytest.fixture
def country(tmp_path: Path) -> Country:
    """A new one."""
    folders = [tmp_path / name for name in ("known", "unknown", "home")]
    for folder in folders:
        folder.mkdir()
    known, unknown, home = folders
    return Country(Authority.make(known), Authority.make(unknown), home)


@pytest.mark.parametrize(("situation", "name"), CASES)
async def test_each_engine_tells_what_it_can(
    situation: Situation, name: EngineName, country: Country
) -> None:
    """A page learns why it cannot connect, as far as the browser lets it."""
    async with (
        played_service(situation, country) as ports,
        page_of(situation, name, country) as page,
    ):
        if situation.was_seen:
            await page.wait_for("window.markSeen")
            await page.evaluate("markSeen();")
        found = await diagnosed(
            page, {**ports, "host": situation.host, **situation.options}
        )
    assert found["reason"] == situation.expected[name], found


async def diagnosed(page: Page, options: Mapping[str, object]) -> dict[str, Any]:
    """Let the page ask the SDK."""
    await page.wait_for("window.diagnose")
    found: dict[str, Any] = await page.evaluate(
        f"return diagnose({json.dumps(options)});"
    )
    return found


@contextlib.asynccontextmanager
async def played_service(
    situation: Situation, country: Country
) -> AsyncIterator[dict[str, int]]:
    """Yield the ports of the service as options of the SDK; nobody answers at some."""
    ports = {"httpPort": free_port(), "httpsPort": free_port()}
    vouching = country.known if situation.is_trusted else country.unknown
    async with contextlib.AsyncExitStack() as stack:
        if situation.plain is not None:
            routes = {"/hello": situation.plain}
            site = await stack.enter_async_context(serving(routes))
            ports["httpPort"] = site.port
        if situation.tls is not None:
            tls = vouching.server("127.0.0.1", ALIAS)
            served = serving({"/hello": situation.tls}, tls=tls)
            ports["httpsPort"] = (await stack.enter_async_context(served)).port
        yield ports


@contextlib.asynccontextmanager
async def page_of(
    situation: Situation, name: EngineName, country: Country
) -> AsyncIterator[Page]:
    """Yield the page, shown by a browser that is set up for the situation."""
    tls = country.known.server(APP) if situation.page == "secure" else None
    async with pages(policy=situation.policy, tls=tls) as site:
        settings = Settings(
            country.home,
            public_ports=frozenset({site.port} if situation.is_public else ()),
            permission=situation.permission,
            trust=country.known.pem,
            hosts=[APP, ALIAS],
        )
        async with running(name, settings) as engine:
            host = "localhost" if situation.page == "local" else APP
            yield await engine.open(site.at(host))


@contextlib.asynccontextmanager
async def pages(
    *, policy: str = POLICY, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Site]:
    """Yield a site whose page has the SDK at hand."""

    async def page(_: web.Request) -> web.StreamResponse:
        headers = {"Content-Security-Policy": policy}
        return web.Response(text=PAGE, content_type="text/html", headers=headers)

    async def start(_: web.Request) -> web.StreamResponse:
        return web.Response(text=START, content_type="text/javascript")

    async with serving({"/": page, "/start.js": start}, tls=tls, files=SDK) as site:
        yield site


@pytest.mark.parametrize("name", ["chromium", "firefox"])
async def test_who_allows_it_is_connected_at_once(
    name: EngineName, country: Country
) -> None:
    """Allow, in the browser's own bubble, connects the page without a reload."""
    async with asking_page(name, country) as (page, service):
        assert not service.requests
        await page.answer("allow")
        assert await page.wait_for("window.state") == "connected"
        assert await page.evaluate("return reasons;") == ["permission-pending"]
        gone = "return document.querySelector('scanwright-prompt') === null;"
        assert await page.evaluate(gone)


@pytest.mark.parametrize("name", ["chromium", "firefox"])
async def test_who_blocks_it_is_told_how_to_allow_it(
    name: EngineName, country: Country
) -> None:
    """Block, in the browser's own bubble, is the reason from then on, with its help."""
    async with asking_page(name, country) as (page, service):
        await page.answer("block")
        # It looks again by itself, and neither asks again nor finds another reason.
        await page.wait_for("reasons.filter((each) => each.endsWith('denied'))[2]")
        asked, *later = await page.evaluate("return reasons;")
        shown, steps = await page.evaluate(HELP)
    assert asked == "permission-pending"
    assert {shown, *later} == {"permission-denied"}
    assert "Click the icon left of the address" in steps
    assert not service.requests


@contextlib.asynccontextmanager
async def asking_page(
    name: EngineName, country: Country
) -> AsyncIterator[tuple[Page, ChannelService]]:
    """Yield a public page that connects while its browser asks, and the service."""
    tls = country.known.server("127.0.0.1")
    async with (
        running_service(tls=tls) as service,
        page_of(SITUATIONS["permission-pending"], name, country) as page,
    ):
        await page.wait_for("window.connect")
        await page.evaluate(CONNECT.replace("PORT", str(service.port)))
        await page.wait_for("reasons.length")
        yield page, service


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("name", ENGINES)
async def test_the_real_service_is_reached(
    name: EngineName, scheme: str, up: Up, country: Country
) -> None:
    """Nothing is in the way of a page whose browser trusts the CA of the service."""
    settings = Settings(country.home, trust=Path(up.facts["ca"]))
    async with (
        pages() as site,
        running(name, settings) as engine,
    ):
        page = await engine.open(site.at("localhost"))
        found = await diagnosed(page, {**ports_of(up), "secure": scheme == "https"})
    assert found["reason"] is None, found
    assert found["detail"]["version"]


@pytest.mark.parametrize("name", ENGINES)
async def test_the_real_service_is_not_trusted_yet(
    name: EngineName, up: Up, country: Country
) -> None:
    """A page of this machine is told by all engines that trust is what is missing."""
    async with (
        pages() as site,
        running(name, Settings(country.home)) as engine,
    ):
        page = await engine.open(site.at("localhost"))
        found = await diagnosed(page, {**ports_of(up), "secure": True})
    assert found["reason"] == "certificate", found


def ports_of(up: Up) -> dict[str, int]:
    """Return the ports of a running service as options of the SDK."""
    plain, tls = (up.facts[name].rpartition(":")[2] for name in ("api", "api_tls"))
    return {"httpPort": int(plain), "httpsPort": int(tls)}
