"""Two tabs, two origins, a hostile page: nobody reaches the pages of somebody else.

The service is as open as it is by default: every origin may use it. What is tried here
is what a hostile page can do then, and with an allow list what it can do at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from live import Up, running_up
from page import CallError, Page, visiting

pytestmark = pytest.mark.slow

HOME, EVIL = "https://app.example.test", "https://evil.example.test"
REBOUND = "evil.example.test"


@pytest.fixture(scope="module")
def up() -> Iterator[Up]:
    """The service as it is installed, for pages of any origin."""
    with running_up() as running:
        yield running


async def _with_image(page: Page) -> str:
    """Put an image into the buffer; return the path of its picture."""
    upload = await page.upload(_picture())
    await page.call("file.load", upload=upload)
    path: str = (await page.call("buffer.state"))["images"][0]["path"]
    return path


def _picture() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("L", (50, 50), 80).save(out, "PNG")
    return out.getvalue()


async def _status(url: str, **headers: str) -> int:
    async with (
        aiohttp.ClientSession() as client,
        client.get(url, headers=headers) as answer,
    ):
        return answer.status


async def test_paths_are_not_guessed(up: Up) -> None:
    """Who does not know the base finds nothing, whatever ids he knows."""
    async with visiting(up.api) as page:
        path = await _with_image(page)
        assert await _status(f"{page.base}{path}") == 200
        for guess in ("", "0", secrets.token_urlsafe(24), page.opened["session"]):
            assert await _status(f"{up.api}/page/{guess}/{path}") == 404


async def test_secrets_differ_and_are_long(up: Up) -> None:
    """No two sessions have a secret in common, and each has 128 bits or more."""
    async with visiting(up.api) as one, visiting(up.api) as two:
        values = [page.opened[n] for page in (one, two) for n in ("session", "holder")]
        values += [page.opened["base"].split("/")[2] for page in (one, two)]
    assert len(set(values)) == 6
    assert min(map(len, values)) >= 22  # of 6 bits each


async def test_another_origin_cannot_read_what_it_has_the_path_of(up: Up) -> None:
    """A path that leaked is worth nothing to a page that wants to read the pixels."""
    async with visiting(up.api, origin=HOME) as page:
        url = f"{page.base}{await _with_image(page)}"
        assert await _status(url, Origin=HOME) == 200
        assert await _status(url, Origin=EVIL) == 404
        assert await _status(url, Origin="null") == 404


async def test_another_origin_cannot_upload_or_download(up: Up) -> None:
    """Nor can it put files into a session, or take files out of it."""
    async with visiting(up.api, origin=HOME) as page:
        await _with_image(page)
        image = (await page.call("buffer.state"))["images"][0]["id"]
        options = {"type": "image/png"}
        saved = await page.call("file.save", images=[image], options=options)
        assert await _status(f"{page.base}{saved['path']}", Origin=EVIL) == 404
        async with page.client.post(
            f"{page.base}uploads", data=b"x", headers={"Origin": EVIL}
        ) as answer:
            assert answer.status == 404


async def test_a_stolen_session_is_worth_nothing_elsewhere(up: Up) -> None:
    """With both secrets of a session a page of another origin gets an empty one."""
    async with visiting(up.api, origin=HOME) as page:
        await _with_image(page)
        stolen = {name: page.opened[name] for name in ("session", "holder")}
        async with visiting(up.api, origin=EVIL, resume=stolen) as thief:
            assert thief.opened["outcome"] == "unknown"
            assert thief.opened["buffer"]["images"] == []
            assert thief.opened["base"] != page.opened["base"]
        assert len((await page.call("buffer.state"))["images"]) == 1


async def test_two_tabs_do_not_share(up: Up) -> None:
    """Ids of one tab mean nothing in another one, also of the same origin."""
    async with visiting(up.api) as one, visiting(up.api) as two:
        await _with_image(one)
        image = (await one.call("buffer.state"))["images"][0]["id"]
        upload = await one.upload(_picture())
        calls: list[tuple[str, dict[str, Any]]] = [
            ("buffer.remove", {"images": [image]}),
            ("edit.apply", {"images": [image], "edit": {"kind": "invert"}}),
            ("file.save", {"images": [image], "options": {"type": "image/png"}}),
            ("file.load", {"upload": upload}),
        ]
        for method, params in calls:
            with pytest.raises(CallError) as caught:
                await two.call(method, **params)
            assert caught.value.code == -2113
        assert len((await one.call("buffer.state"))["images"]) == 1


@pytest.mark.parametrize("path", ["/channel", "/hello"])
async def test_a_rebound_name_is_not_served(up: Up, path: str) -> None:
    """A host name that was rebound to this machine gets nowhere."""
    assert await _status(f"{up.api}{path}", Host=REBOUND) == 403


async def test_a_rebound_name_cannot_fetch(up: Up) -> None:
    """Nor does it get pixels, with a path that it knows and an origin of its own."""
    async with visiting(up.api, origin=f"http://{REBOUND}") as page:
        url = f"{page.base}{await _with_image(page)}"
        assert await _status(url, Host=REBOUND) == 403


async def test_a_rebound_websocket_is_not_opened(up: Up) -> None:
    """A handshake that names a foreign host is refused."""
    async with aiohttp.ClientSession() as client:
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await client.ws_connect(f"{up.api}/channel", headers={"Host": REBOUND})
    assert caught.value.status == 403


async def test_with_an_allow_list_no_foreign_socket_opens() -> None:
    """Cross-site WebSocket hijacking ends at the handshake."""
    with running_up("--allow-origin", HOME) as up:
        async with visiting(up.api, origin=HOME):
            pass
        async with aiohttp.ClientSession() as client:
            with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
                await client.ws_connect(f"{up.api}/channel", headers={"Origin": EVIL})
        assert caught.value.status == 403


async def test_a_saved_file_is_never_a_page(up: Up) -> None:
    """What a session offers for download cannot run as a page of the service."""
    async with visiting(up.api) as page:
        await _with_image(page)
        image = (await page.call("buffer.state"))["images"][0]["id"]
        saved = await page.call(
            "file.save",
            images=[image],
            options={"type": "image/png"},
            name="<script>.html",
        )
        async with page.client.get(f"{page.base}{saved['path']}") as answer:
            assert answer.content_type == "image/png"
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Security-Policy"] == "sandbox"
