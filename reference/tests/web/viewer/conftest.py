"""A page with the viewer on a session in memory, served on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from browsing import driven_chromium
from playwright.async_api import Browser, Page
from usable import keep_picture

import scanwright.web

HERE = Path(__file__).parent
SDK = Path(scanwright.web.__file__).parent / "sdk"
STRICT = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"
"""What a careful page allows: the viewer needs no more."""

PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}"
 width="{width}" height="{height}"><rect width="100%" height="100%" fill="#fdfcf7"/>
<g fill="none" stroke="#888" stroke-width="14"><path d="M300 900h{line}M300
 1100h{line}M300 1300h{line}M300 1700h{line}M300 1900h{line}"/></g>
<text x="300" y="620" font-size="420" font-family="sans-serif" fill="#14506b">{text}
</text></svg>"""


async def _picture(request: web.Request) -> web.Response:
    """Draw the page that is asked for, in its size."""
    asked = request.query
    width, height = int(asked["w"]), int(asked["h"])
    text = PICTURE.format(
        w=width,
        h=height,
        width=asked.get("width", width),
        height=asked.get("height", height),
        line=width - 600,
        text=int(request.match_info["id"], 16) + 1,
    )
    return web.Response(text=text, content_type="image/svg+xml")


async def _file(request: web.Request) -> web.FileResponse:
    """Give a file of the test page."""
    return web.FileResponse(HERE / (request.match_info["name"] or "page.html"))


async def _be_strict(_: web.Request, response: web.StreamResponse) -> None:
    """Forbid what a careful page forbids."""
    response.headers["Content-Security-Policy"] = STRICT


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[str]:
    """The address of the server."""
    application = web.Application()
    application.router.add_static("/sdk", SDK)
    application.router.add_get("/image/{id}", _picture)
    application.router.add_get("/{name:|page.js|page.css|fake.js}", _file)
    application.on_response_prepare.append(_be_strict)
    async with TestServer(application) as server:
        yield str(server.make_url("/"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A Chromium without a window."""
    async with driven_chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def show(
    browser: Browser, site: str
) -> AsyncIterator[Callable[..., Awaitable[Page]]]:
    """Open an element in a fresh context: `show(query, width=, height=, ...)`.

    An error of a script, or a breach of the policy, fails the test at its end.
    """
    errors: list[str] = []
    contexts = []

    def complain(said: str) -> None:
        if "Content Security Policy" in said:
            errors.append(said)

    async def opened(
        query: str = "", *, width: int = 1280, height: int = 800, **options: object
    ) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            **options,  # type: ignore[arg-type] # Playwright's own
        )
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: complain(said.text))
        await page.goto(f"{site}?{query}")
        await page.wait_for_function(DRAWN)
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert errors == []


DRAWN = """() => {
  const all = (root) => [...root.querySelectorAll('*')].flatMap((each) =>
    each.shadowRoot ? [each, ...all(each.shadowRoot)] : [each]);
  const hosts = all(document).filter((each) => each.shadowRoot);
  const built = hosts.every((each) => each.shadowRoot.querySelector('[role=status]'));
  const images = all(document).filter((each) => each.matches('img[src]'));
  return hosts.length > 0 && built && images.every((each) => each.complete);
}"""


@pytest.fixture
def keep() -> Callable[[Page, str], Awaitable[None]]:
    """Take a picture of a state where pictures are kept, when it is drawn."""

    async def kept(page: Page, name: str) -> None:
        await page.wait_for_function(DRAWN)
        await keep_picture(page, f"viewer-{name}")

    return kept
