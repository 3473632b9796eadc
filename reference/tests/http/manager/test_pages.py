"""The documents and their parts: who sees what, and that nothing runs in them."""

from __future__ import annotations

import re
from typing import Any

from aiohttp.test_utils import TestClient

from scanwright import __version__
from scanwright.protocol.access import Access
from scanwright.protocol.scanning import DeviceId, DeviceType

Client = TestClient[Any, Any]

PUBLIC = {
    *("state", "requests", "scanners", "processes", "sessions", "addresses"),
    "modules",
}


async def test_the_welcome_page_needs_no_script(client: Client) -> None:
    """Version, processes and addresses stand in it."""
    html = await (await client.get("/")).text()
    for fact in (__version__, "4711", "monitor", "http://127.0.0.1:18622"):
        assert fact in html


async def test_nothing_foreign_is_loaded(client: Client) -> None:
    """Every file is our own, and inline code has no chance."""
    for path in ("/", "/admin/"):
        answer = await client.get(path)
        html = await answer.text()
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        for url in re.findall(r'(?:src|href)="([^"]*)"', html):
            assert url.startswith(("/", "#"))
            if url.startswith("/static/"):
                assert (await client.get(url)).status == 200


async def test_files_have_their_types(client: Client) -> None:
    """A browser that guesses nothing takes them."""
    for name, kind in (("css", "text/css"), ("js", "text/javascript")):
        answer = await client.get(f"/static/manager.{name}")
        assert answer.content_type == kind
        assert answer.headers["Cache-Control"] == "no-store"
    assert (await client.get("/static/welcome.html")).status == 404


async def test_a_scanner_is_listed_as_text(client: Client, world: Any) -> None:
    """Its name is no markup, whatever it contains."""
    world.scanners.devices = [
        DeviceId(DeviceType.ESCL, "http://x", "<script>1</script>")
    ]
    answer = await client.post("/scanners", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    html = await (await client.get("/")).text()
    assert "&lt;script&gt;1" in html
    assert "<script>1" not in html


async def test_pages_that_use_the_service_are_counted(
    client: Client, world: Any
) -> None:
    """Everybody here sees what they take, and not which sites they are of."""
    world.visit(origin="https://secret.example")
    html = await (await client.get("/")).text()
    assert '<th scope="row">a web page</th>' in html
    assert "secret.example" not in html


async def test_a_page_that_is_shown_wakes_nobody(client: Client, world: Any) -> None:
    """Scanners are looked for when somebody wants it."""
    await client.get("/")
    await client.get("/parts")
    assert world.scanners.looks == 0


async def test_parts_for_everybody(client: Client, world: Any) -> None:
    """No log, no folder, and no origin without a session."""
    world.consents.check("https://secret.example", Access.SCANNER)
    world.visit(origin="https://secret.example")
    parts = await (await client.get("/parts")).json()
    assert set(parts) == PUBLIC
    assert "One page waits" in parts["requests"]
    assert "secret" not in str(parts)


async def test_parts_for_the_administrator(admin: Client, world: Any) -> None:
    """Log, folders, who asks, and whose pages use the service."""
    world.consents.check("https://app.example", Access.SCANNER)
    world.visit(origin="<b>x</b>")
    (world.home.log / "service.log").write_text(
        "2026-11-23T12:00:00.000Z WARNING main[1] scanwright: <b>mind</b>\n"
    )
    parts = await (await admin.get("/parts?level=warning")).json()
    assert set(parts) == PUBLIC | {"folders", "log"}
    assert "&lt;b&gt;mind" in parts["log"]
    assert "https://app.example" in parts["requests"]
    assert "&lt;b&gt;x" in parts["sessions"]
    assert "<b>x" not in parts["sessions"]


async def test_parts_that_are_known_are_not_sent_again(client: Client) -> None:
    """304 by ETag: a page that looks every two seconds costs little."""
    first = await client.get("/parts")
    headers = {"If-None-Match": first.headers["ETag"]}
    again = await client.get("/parts", headers=headers)
    assert (again.status, await again.read()) == (304, b"")


async def test_the_administration_wants_a_session(client: Client) -> None:
    """Its frame is for everybody, its parts are not."""
    assert (await client.get("/admin")).url.path == "/admin/"
    assert (await client.get("/admin/")).status == 200
    assert (await client.get("/admin/parts")).status == 401


async def test_the_parts_of_the_administration(admin: Client, world: Any) -> None:
    """Everything is there; without web setup the page says how to switch it on."""
    world.set(is_web_setup_enabled=False)
    parts = await (await admin.get("/admin/parts")).json()
    assert set(parts) == {
        *("requests", "configuration", "certificate", "stores"),
        *("external", "origins", "prompts"),
    }
    assert "EnableWebSetup TRUE" in parts["configuration"]


async def test_the_ca_can_be_fetched(client: Client) -> None:
    """The certificate comes as a file, never the key."""
    assert await (await client.get("/ca.pem")).read() == b"PEM"
