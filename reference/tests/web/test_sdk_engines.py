"""What the SDK finds out in each browser engine, where they differ."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from channel_service import ChannelService, running_service
from engines.certificates import Authority
from engines.interface import ENGINES, EngineName, Page, Permission, Settings
from engines.starting import running
from sdk_pages import ELSEWHERE, Pair, Website, dead_port

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

DIAGNOSE = "return (await window.sdk.diagnose({options})).reason;"
CONNECT = """
const session = await window.sdk.connect({options});
const { images } = await session.scanners.scan();
const outcome = [session.state, session.buffer.images.length === images.length];
await session.close();
return outcome;"""
each_engine = pytest.mark.parametrize("name", ENGINES)


@dataclass(frozen=True, slots=True)
class Town:
    """A website that browsers trust, a service, and one that nobody vouches for."""

    website: Website
    service: ChannelService
    untrusted: ChannelService
    authority: Authority

    def settings(self, home: Path, *, permission: Permission | None = None) -> Settings:
        """Return those of a browser that trusts the website."""
        return Settings(
            home,
            public_ports=frozenset({self.website.tls_port} if permission else ()),
            permission=permission,
            trust=self.authority.pem,
            hosts=[ELSEWHERE],
        )


@pytest_asyncio.fixture(loop_scope="module")
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """All of them on this machine."""
    authority = Authority.make(tmp_path)
    website = Website()
    untrusted = Pair.made(tmp_path).context
    async with (
        website.running(authority.server(ELSEWHERE)),
        running_service() as service,
        running_service(tls=untrusted) as other,
    ):
        yield Town(website, service, other, authority)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The HOME of a browser."""
    home = tmp_path / "home"
    home.mkdir()
    return home


async def run(page: Page, script: str, **options: Any) -> Any:
    """Run a script with these options, as soon as the SDK is there."""
    await page.wait_for("window.sdk")
    words = ", ".join(
        f"{name}: {str(value).lower()}" for name, value in options.items()
    )
    return await page.evaluate(script.replace("{options}", f"{{{words}}}"))


@each_engine
async def test_a_page_of_this_machine_scans(
    name: EngineName, town: Town, home: Path
) -> None:
    """By http it connects, scans and closes; a dead port is not running then."""
    async with running(name, town.settings(home)) as engine:
        page = await engine.open(town.website.url())
        dead = dead_port()
        assert await run(page, DIAGNOSE, httpPort=dead) == "not-installed"
        port = town.service.port
        assert await run(page, CONNECT, httpPort=port) == ["connected", True]
        assert await run(page, DIAGNOSE, httpPort=dead) == "not-running"


@each_engine
async def test_an_untrusted_certificate_is_told_where_it_can_be(
    name: EngineName, town: Town, home: Path
) -> None:
    """WebKit lets a page try nothing without TLS: what can be known is less."""
    async with running(name, town.settings(home)) as engine:
        page = await engine.open(town.website.url(ELSEWHERE, secure=True))
        ports = {"httpPort": town.service.port, "httpsPort": town.untrusted.port}
        reason = await run(page, DIAGNOSE, **ports)
    assert reason == ("mixed-content" if name == "webkit" else "certificate")


@pytest.mark.parametrize("name", ["chromium", "firefox"])
@pytest.mark.parametrize(
    ("permission", "reason"),
    [
        ("granted", None),
        ("denied", "permission-denied"),
        ("prompt", "permission-pending"),
    ],
)
async def test_what_the_user_has_said_is_found_out(
    name: EngineName,
    permission: Permission,
    reason: str | None,
    town: Town,
    home: Path,
) -> None:
    """A public page learns whether it may, may not, or waits for an answer."""
    settings = town.settings(home, permission=permission)
    async with running(name, settings) as engine:
        page = await engine.open(town.website.url(ELSEWHERE, secure=True))
        options = {"httpPort": town.service.port, "secure": False}
        assert await run(page, DIAGNOSE, **options) == reason
    assert bool(town.service.requests) == (permission == "granted")


@pytest.mark.parametrize("name", ["firefox", "webkit"])
async def test_insecure_pages_are_let_through_elsewhere(
    name: EngineName, town: Town, home: Path
) -> None:
    """Where the browser refuses no insecure page, that is never the reason."""
    async with running(name, town.settings(home)) as engine:
        page = await engine.open(town.website.url(ELSEWHERE))
        assert await run(page, DIAGNOSE, httpPort=dead_port()) == "not-installed"
