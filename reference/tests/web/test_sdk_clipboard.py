"""Pictures in the clipboard of a browser: copied whole, in part, and cut."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from channel_service import ChannelService, image, running_service
from PIL import Image
from playwright.async_api import Page
from sdk_pages import Website, opened, running_browser

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

WIDTH_PX, HEIGHT_PX = 100, 50
PAGE = image(1)["id"]
RECT = {"left": 40, "top": 10, "right": 60, "bottom": 25}
CONNECT = """async (port) => {
    window.session = await sdk.connect({ httpPort: port });
    await session.scanners.scan();
}"""
CLIPBOARD = """async () => {
    const [item] = await navigator.clipboard.read();
    const bitmap = await createImageBitmap(await item.getType("image/png"));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    return [item.types, bitmap.width, bitmap.height, [...data.slice(0, 3)]];
}"""
ERROR = """async ([id, rect]) => {
    try { await session.buffer.cut(id, rect ?? undefined); }
    catch (error) { return [error.name, error.status ?? null]; }
}"""


def picture() -> bytes:
    """Return a PNG that is red, with a green rectangle in it."""
    page = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), "red")
    page.paste("lime", (RECT["left"], RECT["top"], RECT["right"], RECT["bottom"]))
    output = io.BytesIO()
    page.save(output, "PNG")
    return output.getvalue()


class PictureService(ChannelService):
    """A service whose pages have something on them; `is_missing` sends none."""

    is_missing = False

    async def _picture(self, request: web.Request) -> web.Response:
        await super()._picture(request)
        anybody = {"Access-Control-Allow-Origin": "*"}
        if self.is_missing:
            return web.Response(status=404, headers=anybody)
        return web.Response(body=picture(), content_type="image/png", headers=anybody)


@pytest_asyncio.fixture(loop_scope="module")
async def service() -> AsyncIterator[PictureService]:
    """One of them."""
    service = PictureService()
    async with running_service(service):
        yield service


@pytest_asyncio.fixture(loop_scope="module")
async def page(service: PictureService) -> AsyncIterator[Page]:
    """A page that may use the clipboard, with two pages in its session."""
    website = Website()
    allowed = ["clipboard-read", "clipboard-write"]
    async with website.running(), running_browser() as browser:
        page = await opened(browser, website.url(), permissions=allowed)
        await page.evaluate(CONNECT, service.port)
        yield page


def calls(service: ChannelService) -> list[tuple[str, dict[str, Any]]]:
    """Return what was called since the scan."""
    names = service.methods
    return service.called[names.index("scan.start") + 1 :]


async def test_a_page_is_copied_whole_and_in_part(
    page: Page, service: PictureService
) -> None:
    """The clipboard has a PNG of the page, or of the rectangle; the page stays."""
    await page.evaluate("(id) => session.buffer.copyToClipboard(id)", PAGE)
    red, lime = [255, 0, 0], [0, 255, 0]
    assert await page.evaluate(CLIPBOARD) == [["image/png"], WIDTH_PX, HEIGHT_PX, red]
    copy = "([id, rect]) => session.buffer.copyToClipboard(id, rect)"
    await page.evaluate(copy, [PAGE, RECT])
    assert await page.evaluate(CLIPBOARD) == [["image/png"], 20, 15, lime]
    assert calls(service) == []
    assert service.requests[-1] == f"images/{PAGE}/1?type=image%2Fpng"


async def test_what_is_cut_is_copied_then_taken_away(
    page: Page, service: PictureService
) -> None:
    """A rectangle is erased, a page removed; each by one call."""
    assert await page.evaluate(ERROR, [PAGE, RECT]) is None
    assert (await page.evaluate(CLIPBOARD))[1:3] == [20, 15]
    assert await page.evaluate(ERROR, [PAGE, None]) is None
    assert (await page.evaluate(CLIPBOARD))[1:3] == [WIDTH_PX, HEIGHT_PX]
    assert calls(service) == [
        ("edit.apply", {"images": [PAGE], "edit": {"kind": "erase", **RECT}}),
        ("buffer.remove", {"images": [PAGE]}),
    ]


async def test_what_cannot_be_copied_is_not_taken_away(
    page: Page, service: PictureService
) -> None:
    """The error says what is wrong, and the page stays as it is."""
    outside = {"left": 200, "top": 0, "right": 300, "bottom": 9}
    assert await page.evaluate(ERROR, [PAGE, outside]) == ["RangeError", None]
    service.is_missing = True
    assert await page.evaluate(ERROR, [PAGE, None]) == ["TransferError", 404]
    await page.evaluate("delete window.ClipboardItem")
    assert await page.evaluate(ERROR, [PAGE, None]) == ["ScanwrightError", None]
    assert calls(service) == []
