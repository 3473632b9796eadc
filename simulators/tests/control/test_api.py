"""The interface as a whole: it is what its description says, and ends when told to."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, settings
from openapi_spec_validator import validate
from schemathesis import Case
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from scanwright_simulators.building import build_scanner
from scanwright_simulators.control import panel
from scanwright_simulators.control.api import application, serving
from scanwright_simulators.device import Input, Journal, Mode, Model, Size
from scanwright_simulators.device.faults import CONDITIONS, FaultKind
from scanwright_simulators.device.generated import Kind
from scanwright_simulators.device.rules import SANE_STATUSES
from scanwright_simulators.errors import StartError
from scanwright_simulators.faces.face import Installed, RunningDevice, Site
from scanwright_simulators.scenario import EsclPlan, PilePlan, ScannerPlan

FILE = files("scanwright_simulators.control") / "openapi.yaml"
DESCRIPTION: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
SCHEMAS = DESCRIPTION["components"]["schemas"]
METHODS = {"get", "put", "post", "delete"}
REFUSALS = ["400", "403", "404", "405", "409", "413", "415", "422"]

PLAN = ScannerPlan(
    model=Model(
        name="virtual-office",
        make_and_model="Fuzzed",
        bed=Size.of_mm(60, 80),
        inputs=tuple(Input),
        resolutions_dpi=(75,),
        modes=tuple(Mode),
    ),
    faces=(),
    tray=(PilePlan(sheets=2),),
    glass=PilePlan(),
    escl=EsclPlan(()),
)

# A stream has no end that a test could wait for.
schema = schemathesis.openapi.from_dict(
    DESCRIPTION,
    config=SchemathesisConfig.from_dict(
        {"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}},
    ),
).exclude(path="/api/events")


def test_the_description_is_valid() -> None:
    """By the rules of OpenAPI 3.1."""
    validate(DESCRIPTION)


def test_every_route_is_described(site: Site) -> None:
    """And nothing else is; the panel's own files are no interface."""
    described = {
        (method.upper(), path)
        for path, operations in DESCRIPTION["paths"].items()
        for method in operations.keys() & METHODS
    }
    served = {
        (route.method, route.resource.canonical)
        for route in application(site, scenario_name="").router.routes()
        if route.resource and route.resource.canonical not in panel.FILES
        if route.method != "HEAD"
    }
    assert served == described


def test_the_description_knows_the_engine_s_words() -> None:
    """Kinds of faults, conditions and pages are the same here and there."""
    assert set(SCHEMAS["FaultKind"]["enum"]) == set(FaultKind)
    assert set(SCHEMAS["ConditionKind"]["enum"]) == CONDITIONS
    assert set(SCHEMAS["Pile"]["properties"]["kind"]["enum"]) == set(Kind)
    statuses = SCHEMAS["Fault"]["properties"]["sane_status"]["enum"]
    assert tuple(statuses) == SANE_STATUSES


async def test_it_listens_on_this_machine_only(address: str) -> None:
    """At a free port."""
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", address)


async def test_a_port_that_is_taken_is_told(site: Site) -> None:
    """With what to do about it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"port {port} .* or 0 for any"):
            async with serving(site, port):
                pass


async def test_it_names_the_scenario(http: aiohttp.ClientSession, address: str) -> None:
    """For whoever wonders what runs here, and how programs find it."""
    async with http.get("/api") as answer:
        assert await answer.json() == {
            "scenario": "office",
            "environment": {
                "SCANWRIGHT_ESCL": "Virtual Office=http://x/eSCL",
                "SCANWRIGHT_CONTROL": address,
            },
        }


async def test_it_serves_its_description(http: aiohttp.ClientSession) -> None:
    """The same text as in the package."""
    async with http.get("/api/openapi.yaml") as answer:
        assert yaml.safe_load(await answer.text()) == DESCRIPTION


async def test_a_line_that_is_too_long_is_refused(http: aiohttp.ClientSession) -> None:
    """In plain text, as the description says: nobody has read what it asks for."""
    async with http.get("/api/devices", params={"x": "y" * 9000}) as answer:
        assert answer.status == HTTPStatus.BAD_REQUEST
        assert answer.content_type == "text/plain"


async def test_addresses_are_told_where_they_are_known(site: Site) -> None:
    """Those of this device, by the names of the faces."""
    running = [
        RunningDevice("Virtual Office", "escl", "http://127.0.0.1:1/eSCL"),
        RunningDevice("Flat", "sane", "scanwright:flat"),
    ]
    async with (
        serving(site, running=running) as address,
        aiohttp.ClientSession(address) as http,
        http.get("/api/devices/flat") as answer,
    ):
        told = await answer.json()
    assert told["addresses"] == [{"type": "sane", "address": "scanwright:flat"}]


@pytest.mark.parametrize("path", ["/api/events", "/api/journal?after=999&wait_s=60"])
async def test_the_end_waits_for_nobody(site: Site, path: str) -> None:
    """Streams and polls are ended in the middle of their waiting."""
    async with asyncio.timeout(5), aiohttp.ClientSession() as http:
        async with asyncio.TaskGroup() as tasks, serving(site) as address:
            waiting = tasks.create_task(_read(http, address + path))
            async with http.get(address + "/api"):
                pass  # served in the order of asking
        assert waiting.result() == HTTPStatus.OK


async def _read(http: aiohttp.ClientSession, url: str) -> int:
    async with http.get(url) as answer:
        await answer.read()
        return answer.status


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[str]:
    """Return where a site of our own answers, from a thread of its own."""
    ready: Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        clock, end = asyncio.get_running_loop().time, asyncio.Event()
        with ThreadPoolExecutor(1) as threads, TemporaryDirectory() as folder:
            installed = Installed(build_scanner(PLAN, seed=1, clock=clock), PLAN)
            site = Site((installed,), Journal(clock), threads, Path(folder))
            async with serving(site) as address:
                ready.set_result((address, asyncio.get_running_loop(), end))
                await end.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    address, loop, end = ready.result(10)
    yield address
    loop.call_soon_threadsafe(end.set)
    thread.join(10)


@pytest.mark.slow
@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_surprise_in_any_answer(case: Case[Any], fuzzed: str) -> None:
    """No 5xx, no undocumented status, no answer of another shape than described.

    Data of the right form need not be accepted: most slugs are of no device.
    """
    if case.query:
        case.query.pop("wait_s", None)  # as long as it takes is too long
    case.call_and_validate(
        base_url=fuzzed,
        excluded_checks=[positive_data_acceptance],
        timeout=30,
    )
