"""Endpoints 1 to 13, and those of modules that are missing."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from scanwright import log
from scanwright.buffer.pages import PageStore
from scanwright.errors import DeviceError
from scanwright.http.api import Api
from scanwright.http.routes import build_application
from scanwright.jobs.registry import Jobs
from scanwright.protocol.origins import OriginPolicy

Client = TestClient[Any, Any]
JOBS = "/api/device/scanners/jobs"


async def create(client: Client, **body: object) -> str:
    """Create a job; return its path."""
    answer = await client.post(JOBS, data=json.dumps(body))
    assert answer.status == 201
    return f"{JOBS}/{(await answer.json())['jobuid']}"


async def code(
    client: Client, method: str, path: str, **kwargs: Any
) -> tuple[int, int]:
    """Send a request; return status and code of the error."""
    answer = await client.request(method, path, **kwargs)
    return answer.status, (await answer.json())["code"]


async def test_the_log_level_changes_and_stays(client: Client) -> None:
    """PATCH answers the settings after the change; an unknown level changes none."""
    before = log.current_level()
    try:
        answer = await client.patch("/api/server", json={"logLevel": 30, "more": 1})
        assert await answer.json() == {"logLevel": 30}
        assert await code(client, "PATCH", "/api/server", json={"logLevel": 14}) == (
            400,
            -2113,
        )
        assert await (await client.get("/api/server")).json() == {"logLevel": 30}
    finally:
        log.set_level(before)


async def test_the_version_is_a_date(client: Client) -> None:
    """Eight digits, and the core module's version."""
    version = await (await client.get("/api/server/version?client=1")).json()
    assert len(version["version"]) == 8
    assert version["moduleVersions"]["core"]


async def test_a_module_that_is_left_out_is_not_installed(
    jobs: Jobs, store: PageStore
) -> None:
    """It has no versions, and its endpoints say so."""
    api = Api(jobs, store, without=frozenset({"storage"}))
    server = TestServer(build_application(api.endpoints(), OriginPolicy()))
    async with TestClient(server) as client:
        version = await (await client.get("/api/server/version")).json()
        assert "storage" not in version["moduleVersions"]
        assert version["moduleVersions"]["core"]
        path = "/api/storage/documents"
        assert await code(client, "POST", path, json={}) == (404, -1126)


@pytest.mark.parametrize(
    ("query", "names"),
    [("", ["Glass"]), ("?type=512", ["Feeder"]), ("?type=4608", ["Feeder"])],
)
async def test_the_mask_chooses_devices(
    client: Client,
    query: str,
    names: list[str],
) -> None:
    """Without a mask no eSCL; unknown bits are ignored."""
    devices = await (await client.get(f"/api/device/scanners{query}")).json()
    assert [d["name"] for d in devices] == names


@pytest.mark.parametrize("mask", ["-1", "x", ""])
async def test_a_wrong_mask_is_refused(client: Client, mask: str) -> None:
    """A mask is a whole number from 0 on."""
    path = f"/api/device/scanners?type={mask}"
    assert await code(client, "GET", path) == (400, -2113)


async def test_all_pages_as_png_then_204(client: Client) -> None:
    """Each page once, in order, then no content, again and again."""
    path = await create(client)
    grays = []
    while (answer := await client.get(f"{path}/next-page")).status == 200:
        assert answer.content_type == "image/png"
        grays.append(Image.open(io.BytesIO(await answer.read())).getpixel((0, 0)))
    assert grays == [1, 2]
    assert (await client.get(f"{path}/next-page")).status == 204
    assert (await client.get(f"{path}/next-page-info")).status == 200


async def test_an_info_leads_to_its_page(client: Client) -> None:
    """The URL of an info gives its page, in any type, any number of times."""
    path = await create(client)
    [info] = await (await client.get(f"{path}/next-page-info")).json()
    url = info["url"].partition("/api")[2]
    for mime in ("image/png", "image/jpeg"):
        answer = await client.get(f"/api{url}&type={mime}")
        image = Image.open(io.BytesIO(await answer.read()))
        assert image.width == info["imageInfo"]["ImageWidth"]
    assert await code(client, "GET", f"{path}/next-page?page=0") == (400, -2113)
    assert (await client.get(f"{path}/next-page")).status == 200


async def test_content_is_random_access(client: Client) -> None:
    """Pages by index; beyond the end, without type and while pending are errors."""
    path = await create(client)
    answer = await client.get(f"{path}/content?type=image/png&page=1")
    image = Image.open(io.BytesIO(await answer.read()))
    assert image.getpixel((0, 0)) == 2
    for query in ("page=0", "type=image/png", "type=image/png&page=9", "type=x&page=0"):
        assert await code(client, "GET", f"{path}/content?{query}") == (400, -2113)
    pending = await create(client, autoRun=False)
    query = "type=image/png&page=0"
    assert await code(client, "GET", f"{pending}/content?{query}") == (409, -1011)


async def test_a_pending_job_shows_what_its_scanner_can_do(client: Client) -> None:
    """Capabilities and settings, while it is pending."""
    path = await create(client, autoRun=False)
    answer = await client.get(f"{path}/scanner/capabilities?caps=257,4376")
    assert len(await answer.json()) == 2
    settings = await (await client.get(f"{path}/scanner/settings")).json()
    assert settings["settings"]
    wrong = f"{path}/scanner/capabilities?caps=257,x"
    assert await code(client, "GET", wrong) == (400, -2113)
    wrong = f"{path}/scanner/settings?showui=maybe"
    assert await code(client, "GET", wrong) == (400, -2113)


async def test_patch_starts_once(client: Client) -> None:
    """Running starts a pending job; anything else is refused."""
    path = await create(client, autoRun=False)
    assert await code(client, "PATCH", path, json={}) == (400, -2113)
    assert await code(client, "PATCH", path, json={"status": "done"}) == (400, -2113)
    assert await code(client, "PATCH", path, json={"status": "canceled"}) == (
        409,
        -1011,
    )
    answer = await client.patch(path, json={"status": "running"})
    assert await answer.json() == {"status": "running"}
    assert await code(client, "PATCH", path, json={"status": "running"}) == (409, -1011)


async def test_a_deleted_job_is_gone(client: Client) -> None:
    """204, then 410; an id that never was is 404."""
    path = await create(client)
    assert (await client.delete(path)).status == 204
    assert await code(client, "GET", path) == (410, -1034)
    assert await code(client, "GET", f"{JOBS}/never") == (404, -1034)


async def test_a_second_job_finds_the_scanner_locked(client: Client) -> None:
    """423 / -1004 while the first is pending."""
    await create(client, autoRun=False)
    assert await code(client, "POST", JOBS, data="{}") == (423, -1004)


async def test_a_fault_is_told_after_the_pages(
    client: Client,
    scanners: Any,
    jam: DeviceError,
) -> None:
    """The job has the code of the fault, and so has the reader after the last page."""
    scanners.fault = jam
    path = await create(client)
    assert [(await client.get(f"{path}/next-page")).status for _ in range(2)] == [
        200,
        200,
    ]
    assert await code(client, "GET", f"{path}/next-page") == (409, -1020)
    status = await (await client.get(path)).json()
    assert (status["status"], status["code"]) == ("faulted", -1020)


@pytest.mark.parametrize("header", ["DWT-PRODUCT-KEY", "X-DICS-LICENSE-KEY"])
async def test_a_licence_is_taken_from_either_header(
    strict_client: Client,
    header: str,
) -> None:
    """The right key opens, no key and another do not."""
    assert await code(strict_client, "POST", JOBS, data="{}") == (403, -2800)
    wrong = await code(strict_client, "POST", JOBS, data="{}", headers={header: "L"})
    assert wrong == (403, -2800)
    answer = await strict_client.post(JOBS, data="{}", headers={header: "K"})
    assert answer.status == 201


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/storage/documents"),
        ("GET", "/api/storage/documents/1/content"),
        ("POST", "/api/process/read-barcode"),
        ("POST", "/api/process/check-blank"),
    ],
)
async def test_a_missing_module_is_named(
    client: Client,
    method: str,
    path: str,
) -> None:
    """404 / -1126 for the endpoints of modules that are not here."""
    assert await code(client, method, path) == (404, -1126)


async def test_unknown_members_are_named_in_the_log(
    client: Client,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A job is made as if they were absent, and the log says what was ignored."""
    monkeypatch.setattr(log.ROOT, "propagate", True)
    with caplog.at_level("INFO", "scanwright"):
        await create(client, config={"IfShowMagic": 1}, later=2)
    assert "['later', 'config.IfShowMagic']" in caplog.text
