"""The welcome page: what it shows, and what it refuses to let in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from scanwright.http.manager import Manager
from scanwright.http.routes import build_application
from scanwright.jobs.registry import Jobs
from scanwright.protocol.origins import OriginPolicy
from scanwright.protocol.scanning import DeviceId, DeviceType


async def served(jobs: Jobs, ca: Path) -> TestClient[Any, Any]:
    """Serve the manager."""
    manager = Manager({"api": "http://127.0.0.1:18622"}, ca, jobs)
    application = build_application(manager.endpoints(), OriginPolicy())
    return TestClient(TestServer(application))


async def test_the_page_lists_scanners_as_text(
    jobs: Jobs,
    scanners: Any,
    tmp_path: Path,
) -> None:
    """A scanner's name is no markup, whatever it contains."""
    scanners.devices = [DeviceId(DeviceType.ESCL, "http://x", "<script>1</script>")]
    async with await served(jobs, tmp_path) as client:
        answer = await client.get("/")
        html = await answer.text()
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_without_scanners_it_says_what_to_do(
    jobs: Jobs,
    scanners: Any,
    tmp_path: Path,
) -> None:
    """An empty list is not left empty."""
    scanners.devices = []
    async with await served(jobs, tmp_path) as client:
        assert "scanwright up" in await (await client.get("/")).text()


async def test_the_ca_can_be_fetched(jobs: Jobs, tmp_path: Path) -> None:
    """The certificate comes as a file, never the key."""
    file = tmp_path / "ca.pem"
    file.write_bytes(b"PEM")
    async with await served(jobs, file) as client:
        assert await (await client.get("/ca.pem")).read() == b"PEM"
        assert (await client.get("/api/server/version")).status == 404
