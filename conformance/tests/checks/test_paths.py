"""The paths that checks of every endpoint go through."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from scanwright_conformance.checks._paths import generation_2, known_paths
from scanwright_conformance.session import Session
from scanwright_conformance.target import Addresses, Device, Port, Target

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


def test_paths_are_those_of_the_specification() -> None:
    """Each has its methods, in the order in which methods are tried."""
    found = {known.path: known.methods for known in known_paths("/api/server", {})}
    assert found == {"/api/server": ("GET", "PATCH"), "/api/server/version": ("GET",)}


def test_a_path_needs_all_its_parameters() -> None:
    """Without the id of a job there are no paths of jobs."""
    former = [known.path for known in known_paths("/DWTAPI/", {})]
    assert former == ["/DWTAPI/Scanners", "/DWTAPI/ScanJobs"]
    some = {known.path for known in known_paths("/DWTAPI/", {"jobuid": "7"})}
    assert some - set(former) == {
        "/DWTAPI/ScanJobs/7",
        "/DWTAPI/ScanJobs/7/NextDocument",
    }


async def created(request: web.Request) -> web.StreamResponse:
    """Create whatever is asked for."""
    status = 201 if request.method == "POST" else 204
    return web.json_response({"jobuid": "7", "uid": "8"}, status=status)


async def paths_of(serve: Serve, *capabilities: str) -> set[str]:
    """Return the paths that a target with these capabilities has."""
    addresses = Addresses({Port.API: await serve(created)})
    devices = {"scanner": Device("Glass", 0x100, "{}")}
    target = Target("paths", addresses, frozenset(capabilities), devices=devices)
    async with Session(target) as session:
        return {known.path for known in await generation_2(session)}


async def test_without_modules_and_scanners_few_paths_are_left(serve: Serve) -> None:
    """Endpoints of modules that are missing answer by another clause."""
    assert await paths_of(serve) == {
        "/api/server",
        "/api/server/version",
        "/api/device/scanners",
        "/api/device/scanners/jobs",
    }


async def test_with_everything_all_endpoints_are_there(serve: Serve) -> None:
    """A job and a document are made, so that their paths exist."""
    found = await paths_of(serve, "scanner", "documents", "processing")
    assert "/api/device/scanners/jobs/7/next-page" in found
    assert "/api/storage/documents/8/pages/0" in found
    assert "/api/process/check-blank" in found
    assert len(found) == 17
