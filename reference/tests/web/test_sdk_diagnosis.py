"""Why the service cannot be reached: each cause, made in a real browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from channel_service import ChannelService, running_service
from playwright.async_api import Browser, Page
from sdk_pages import (
    ELSEWHERE,
    PUBLIC,
    Pair,
    Website,
    dead_port,
    opened,
    running_browser,
)

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

DIAGNOSE = "(options) => sdk.diagnose(options)"
CONNECT = """(options) => sdk.connect(options).then(
    (session) => session.close(), ({ name, reason }) => [name, reason])"""
UNDECIDED = """navigator.permissions.query = async ({ name }) => {
    if (name !== "loopback-network") throw new TypeError(name);
    const status = new EventTarget();
    status.state = "prompt";
    return status;
};"""
"""A user who has not been asked yet; a browser without a window never asks."""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The certificate of the website, which the browser trusts."""
    return Pair.made(tmp_path_factory.mktemp("pair"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(pair: Pair, site: Website) -> AsyncIterator[Browser]:
    """A Chromium without a window."""
    public = site.public_port
    async with running_browser(trusts=pair, public_port=public) as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(pair: Pair) -> AsyncIterator[Website]:
    """A website, with and without TLS."""
    website = Website()
    async with website.running(pair.context):
        yield website


@pytest.fixture
def website(site: Website) -> Website:
    """The website as it was."""
    site.policy = ""
    return site


@pytest_asyncio.fixture(loop_scope="module")
async def service() -> AsyncIterator[ChannelService]:
    """A service that all is well with."""
    async with running_service() as service:
        yield service


async def diagnosis(page: Page, **options: Any) -> dict[str, Any]:
    """Return what the page finds out."""
    found: dict[str, Any] = await page.evaluate(DIAGNOSE, options)
    return found


async def test_nothing_is_in_the_way(
    browser: Browser, website: Website, service: ChannelService
) -> None:
    """A service that answers is a diagnosis without reason, by one request."""
    page = await opened(browser, website.url())
    found = await diagnosis(page, httpPort=service.port)
    assert found["reason"] is None
    address = f"http://127.0.0.1:{service.port}"
    assert found["candidates"] == [{"url": address, "outcome": "ours"}]
    assert found["detail"]["version"] == "0.1.0"
    assert service.requests == ["/hello"]


async def test_what_was_there_before_is_not_running(
    browser: Browser, website: Website, service: ChannelService
) -> None:
    """A dead port is not installed, until the page has once connected."""
    page = await opened(browser, website.url())
    dead = dead_port()
    assert (await diagnosis(page, httpPort=dead))["reason"] == "not-installed"
    await page.evaluate(CONNECT, {"httpPort": service.port})
    assert (await diagnosis(page, httpPort=dead))["reason"] == "not-running"
    refused = await page.evaluate(CONNECT, {"httpPort": dead})
    assert refused == ["ConnectError", "not-running"]


async def test_a_refused_origin_is_told_by_the_service(
    browser: Browser, website: Website, service: ChannelService
) -> None:
    """The service answers an origin that it refuses, so that it can say so."""
    service.hello["origin"] = "refused"
    page = await opened(browser, website.url())
    found = await diagnosis(page, httpPort=service.port)
    assert found["reason"] == "origin-refused"
    assert found["detail"]["origin"] + "/" == website.url()


@pytest.mark.parametrize(
    ("protocols", "reason"), [([2, 3], "service-too-new"), ([0], "service-too-old")]
)
async def test_versions_are_held_against_each_other(
    browser: Browser,
    website: Website,
    service: ChannelService,
    protocols: list[int],
    reason: str,
) -> None:
    """Protocols without one in common are older or newer."""
    service.hello["protocols"] = protocols
    page = await opened(browser, website.url())
    assert (await diagnosis(page, httpPort=service.port))["reason"] == reason


async def test_the_channel_may_tell_of_its_protocols(
    browser: Browser, website: Website, service: ChannelService
) -> None:
    """A service that is updated between two answers is found out, too."""
    page = await opened(browser, website.url())
    hello = f"http://127.0.0.1:{service.port}/hello"
    answer = {**service.hello}
    service.hello["protocols"] = [2]
    await page.route(hello, lambda route: route.fulfill(json=answer))
    refused = await page.evaluate(CONNECT, {"httpPort": service.port})
    assert refused == ["ConnectError", "service-too-new"]


@pytest.mark.parametrize(
    ("code", "reason"), [(1008, "origin-refused"), (1013, "busy"), (1011, "busy")]
)
async def test_a_channel_that_is_closed_says_why(
    browser: Browser,
    website: Website,
    service: ChannelService,
    code: int,
    reason: str,
) -> None:
    """The code that the service closes with becomes the reason."""
    service.close_code = code
    page = await opened(browser, website.url())
    refused = await page.evaluate(CONNECT, {"httpPort": service.port})
    assert refused == ["ConnectError", reason]


async def test_a_service_that_is_full_is_busy(
    browser: Browser, website: Website, service: ChannelService
) -> None:
    """A service without a place for one more page is worth trying again."""
    service.is_full = True
    page = await opened(browser, website.url())
    refused = await page.evaluate(CONNECT, {"httpPort": service.port})
    assert refused == ["ConnectError", "busy"]


async def test_something_else_is_there(
    browser: Browser, website: Website, service: ChannelService
) -> None:
    """A program that answers without being ours has taken the port."""
    service.foreign = "It works!"
    page = await opened(browser, website.url())
    found = await diagnosis(page, httpPort=service.port)
    assert found["reason"] == "port-taken"
    assert found["candidates"][0]["outcome"] == "opaque"


async def test_a_service_that_hangs_is_busy(
    browser: Browser, website: Website, service: ChannelService
) -> None:
    """What answers too late is busy, and nobody is told to install it."""
    service.hello_waits = asyncio.Event()
    page = await opened(browser, website.url())
    found = await diagnosis(page, httpPort=service.port, deadlineMs=1500)
    service.hello_waits.set()
    assert found["reason"] == "busy"


@pytest.mark.parametrize("allowed", ["'self'", "'self' http://127.0.0.1:{port}"])
async def test_the_policy_of_the_page_is_found(
    browser: Browser, website: Website, service: ChannelService, allowed: str
) -> None:
    """A policy that forbids the service is the reason; also one that forgets ws."""
    website.policy = f"connect-src {allowed.format(port=service.port)}"
    page = await opened(browser, website.url())
    refused = await page.evaluate(CONNECT, {"httpPort": service.port})
    assert refused == ["ConnectError", "content-security-policy"]


async def test_a_policy_that_names_the_service_is_no_reason(
    browser: Browser, website: Website, service: ChannelService
) -> None:
    """With http and ws named, a strict policy lets the SDK work."""
    host = f"127.0.0.1:{service.port}"
    website.policy = (
        f"default-src 'none'; script-src 'self'; connect-src http://{host} ws://{host}"
    )
    page = await opened(browser, website.url())
    assert await page.evaluate(CONNECT, {"httpPort": service.port}) is None


async def test_the_browser_refuses(
    browser: Browser, website: Website, service: ChannelService
) -> None:
    """A user who has said no is not told to install anything."""
    website.policy = PUBLIC
    page = await opened(browser, website.url())
    found = await diagnosis(page, httpPort=service.port)
    assert found["reason"] == "permission-denied"
    assert service.requests == []


async def test_the_browser_allows(
    browser: Browser, website: Website, service: ChannelService
) -> None:
    """With the permission a public page is served; without a service it is missing."""
    website.policy = PUBLIC
    permissions = ["local-network-access"]
    page = await opened(browser, website.url(), permissions=permissions)
    assert (await diagnosis(page, httpPort=service.port))["reason"] is None
    dead = dead_port()
    assert (await diagnosis(page, httpPort=dead))["reason"] == "not-installed"


async def test_the_browser_is_asking(
    browser: Browser, website: Website, service: ChannelService
) -> None:
    """While the user is asked that is the reason; with `onreason` it is waited for."""
    service.hello_waits = asyncio.Event()
    context = await browser.new_context()
    await context.add_init_script(UNDECIDED)
    page = await context.new_page()
    await page.goto(website.url(ELSEWHERE, secure=True))
    await page.wait_for_function("window.sdk")
    options = {"httpPort": service.port, "secure": False}
    assert (await diagnosis(page, **options))["reason"] == "permission-pending"
    await page.evaluate(
        "(options) => { window.told = []; const onreason = (reason, {detail}) =>"
        " told.push([reason, detail.address]);"
        " window.found = sdk.diagnose({...options, onreason}); }",
        options,
    )
    await page.wait_for_function("told.length === 1")
    service.hello_waits.set()
    assert await page.evaluate("found.then(({reason}) => reason)") is None
    address = f"http://127.0.0.1:{service.port}"
    assert await page.evaluate("told") == [["permission-pending", address]]


async def test_an_insecure_page(
    browser: Browser, website: Website, service: ChannelService
) -> None:
    """A public page without TLS is refused by the browser, whatever runs."""
    page = await opened(browser, f"http://{ELSEWHERE}:{website.public_port}/")
    found = await diagnosis(page, httpPort=service.port)
    assert found["reason"] == "insecure-page"
    assert service.requests == []


async def test_a_certificate_that_nobody_trusts(
    browser: Browser, website: Website, service: ChannelService, tmp_path: Any
) -> None:
    """When https fails where http answers, it is the certificate."""
    async with running_service(tls=Pair.made(tmp_path).context) as secure:
        page = await opened(browser, website.url(ELSEWHERE, secure=True))
        ports = {"httpPort": service.port, "httpsPort": secure.port}
        found = await diagnosis(page, **ports)
    assert found["reason"] == "certificate"
    assert found["detail"]["certificateAddress"].endswith(f":{secure.port}/hello")
    assert [each["outcome"] for each in found["candidates"]] == ["failed", "ours"]


async def test_a_certificate_that_is_trusted(
    browser: Browser, website: Website, pair: Pair
) -> None:
    """A page by https connects by https."""
    async with running_service(tls=pair.context) as secure:
        page = await opened(browser, website.url(ELSEWHERE, secure=True))
        options = {"httpPort": dead_port(), "httpsPort": secure.port}
        assert await page.evaluate(CONNECT, options) is None


async def test_a_name_that_may_not_be_tried_without_tls(
    browser: Browser, website: Website, service: ChannelService
) -> None:
    """Mixed content is refused by the browser: nothing more can be known."""
    page = await opened(browser, website.url(ELSEWHERE, secure=True))
    ports = {"httpPort": service.port, "httpsPort": dead_port()}
    found = await diagnosis(page, host=ELSEWHERE, **ports)
    assert found["reason"] == "mixed-content"


async def test_a_page_without_storage_connects(
    browser: Browser, website: Website, service: ChannelService
) -> None:
    """A sandboxed frame has neither origin nor storage, and works all the same."""
    page = await opened(browser, website.url())
    await page.evaluate(
        """(port) => {
            const frame = document.createElement("iframe");
            frame.sandbox = "allow-scripts";
            frame.srcdoc = `<script type="module">
                import { connect } from "${location.origin}/sdk/index.js";
                const told = await connect({ httpPort: ${port} }).then(
                    (session) => session.state, (error) => error.message);
                parent.postMessage(told, "*");
            </script>`;
            addEventListener("message", ({ data }) => { window.told = data; });
            document.body.append(frame);
        }""",
        service.port,
    )
    await page.wait_for_function("window.told")
    assert await page.evaluate("told") == "connected"


async def test_giving_up_rejects_with_its_reason(
    browser: Browser, website: Website
) -> None:
    """A diagnosis that is given up is no diagnosis."""
    page = await opened(browser, website.url())
    code = (
        "sdk.diagnose({signal: AbortSignal.abort(new Error('enough'))})"
        ".catch(({message}) => message)"
    )
    assert await page.evaluate(code) == "enough"
