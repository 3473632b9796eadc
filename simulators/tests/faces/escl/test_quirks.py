"""Quirks: each changes what it says, over the wire, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from scanwright_simulators.device import (
    Fault,
    FaultKind,
    Input,
    Mode,
    ScanSettings,
    VirtualScanner,
)
from scanwright_simulators.errors import StartError
from scanwright_simulators.faces.escl import quirks
from scanwright_simulators.faces.escl.quirks import NAMES, Late, Quirks

HostMaker = Callable[..., AbstractAsyncContextManager[Any]]
ScannerMaker = Callable[..., VirtualScanner]

FEEDER = "<pwg:InputSource>Feeder</pwg:InputSource>"


async def raw(it: Any, method: str, path: str, body: str = "") -> str:
    """Return an answer as it is on the wire, read until the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", it.port)
    writer.write(
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode(),
    )
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    return answer.decode("latin-1")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("late-page-404", [404, 404, 200]),
        ("late-page-410", [410, 410, 200]),
        ("loading-503", [503, 503, 503, 200]),
    ],
)
async def test_a_first_page_can_be_late(
    host: HostMaker,
    name: str,
    expected: list[int],
) -> None:
    """The first page of each job is refused some times, others are not."""
    async with host(quirks=(name,)) as it:
        job = await it.start(FEEDER)
        assert [(await it.page(job)).status for _ in expected] == expected
        assert (await it.page(job)).status == 200
        assert it.told("quirk")


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("broken-ipv6-location", "http://[fe80/eSCL/ScanJobs/", ""),
        ("relative-location", "/eSCL/ScanJobs/", "/"),
        ("localhost-location", "http://localhost/eSCL/ScanJobs/", ""),
    ],
)
async def test_a_location_can_be_odd(
    host: HostMaker,
    name: str,
    start: str,
    end: str,
) -> None:
    """Location is written in the way of the quirk, and the job is where it was."""
    async with host(quirks=(name,)) as it:
        location = (await it.post()).headers["Location"]
        assert location.startswith(start)
        assert location.endswith(end)
        job = f"/eSCL/ScanJobs/{it.scanner.running.id}"
        assert (await it.page(job)).status == 200
        assert (await it.delete(f"{job}/")).status == 200


async def test_jobs_can_lie_beside_the_root(host: HostMaker) -> None:
    """Without the root in Location, jobs are found there as well."""
    async with host(quirks=("location-without-root",)) as it:
        location = (await it.post()).headers["Location"]
        path = location.removeprefix(f"http://127.0.0.1:{it.port}")
        assert path.startswith("/ScanJobs/")
        assert (await it.page(path)).status == 200
        assert (await it.page(f"/eSCL{path}")).status == 404  # the end, not unknown
        assert (await it.delete(path)).status == 200


async def test_a_device_can_want_to_be_called_localhost(host: HostMaker) -> None:
    """Other names get no job, and the server names itself."""
    async with host(quirks=("localhost-only",)) as it:
        refused = await it.post()
        assert (refused.status, refused.headers["Server"]) == (403, "HP_Compact_Server")
        name = f"localhost:{it.port}"
        reply = await it.ask("POST", "/eSCL/ScanJobs", it.settings(), Host=name)
        assert reply.status == 201


async def test_the_state_must_be_asked_first(host: HostMaker) -> None:
    """A feeder's job out of the blue is refused, after a look at the status not."""
    async with host(quirks=("adf-state-first",)) as it:
        assert (await it.post(FEEDER)).status == 409
        await it.status("AdfState")
        job = await it.start(FEEDER)
        await it.delete(job)
        assert (await it.post(FEEDER)).status == 409
        assert (await it.post()).status == 201


async def test_empty_can_be_called_a_jam(host: HostMaker) -> None:
    """The feeder says jam once a job found no paper, until one finds some."""
    async with host(quirks=("empty-says-jam",), sheets=0) as it:
        assert await it.status("AdfState") == "ScannerAdfEmpty"
        assert (await it.post(FEEDER)).status == 409
        assert await it.status("AdfState") == "ScannerAdfJam"


async def test_delete_can_have_a_side_effect(host: HostMaker) -> None:
    """DELETE of a finished job keeps the next one out once; of a running one not."""
    async with host(quirks=("delete-side-effect",)) as it:
        await it.delete(await it.start(FEEDER))
        job = await it.start()
        while (await it.page(job)).status == 200:
            pass
        await it.delete(job)
        assert [(await it.post()).status for _ in range(2)] == [503, 201]


@pytest.mark.parametrize(
    ("name", "sheets", "word"),
    [
        ("empty-says-processing", 0, "ScannerAdfProcessing"),
        ("no-adf-state", 0, ""),
        ("no-adf-state", 3, ""),
    ],
)
async def test_the_feeder_can_have_other_words(
    host: HostMaker,
    name: str,
    sheets: int,
    word: str,
) -> None:
    """AdfState is what the quirk makes of it."""
    async with host(quirks=(name,), sheets=sheets) as it:
        assert await it.status("AdfState") == word


@pytest.mark.parametrize(
    "name",
    ["no-adf-state", "empty-says-processing", "empty-says-jam", "adf-state-first"],
)
async def test_quirks_of_a_feeder_leave_the_glass_alone(
    host: HostMaker,
    name: str,
) -> None:
    """A flatbed with such a quirk is a flatbed."""
    async with host(quirks=(name,), inputs=(Input.PLATEN,)) as it:
        assert await it.status("AdfState") == ""
        assert (await it.page(await it.start())).status == 200


async def test_an_open_cover_can_be_a_door(host: HostMaker) -> None:
    """ScannerAdfDoorOpen stands for ScannerAdfHatchOpen."""
    async with host(quirks=("door-open-word",)) as it:
        it.scanner.strike(Fault(FaultKind.COVER_OPEN))
        assert await it.status("AdfState") == "ScannerAdfDoorOpen"


async def test_an_old_device_has_no_format_ext(host: HostMaker) -> None:
    """Capabilities are of version 2.0, and formats are there once."""
    async with host(quirks=("no-format-ext",)) as it:
        text = (await it.ask("GET", "/eSCL/ScannerCapabilities")).text
        assert "DocumentFormatExt" not in text
        assert "<pwg:Version>2.0<" in text
        assert "<pwg:DocumentFormat>image/jpeg<" in text


async def test_pages_can_be_chunked(host: HostMaker) -> None:
    """Without Content-Length the page comes in chunks, and whole."""
    async with host(quirks=("no-content-length",)) as it:
        page = await it.page(await it.start())
        assert "Content-Length" not in page.headers
        assert page.headers["Transfer-Encoding"] == "chunked"
        assert page.body.endswith(b"IEND\xaeB`\x82")


async def test_pages_can_have_the_wrong_type(host: HostMaker) -> None:
    """A page says that it is something else."""
    async with host(quirks=("wrong-content-type",)) as it:
        page = await it.page(await it.start())
        assert page.headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    "path", ["ScannerStatus", "Nothing", "ScanJobs/x/NextDocument"]
)
async def test_connections_can_end_with_each_answer(
    host: HostMaker,
    path: str,
) -> None:
    """Every answer, error or not, is the last of its connection."""
    async with host(quirks=("close-after-answer",)) as it:
        assert "Connection: close" in await raw(it, "GET", f"/eSCL/{path}")
        job = await it.start()
        assert "Connection: close" in await raw(it, "GET", f"{job}/NextDocument")


async def test_the_answer_to_a_job_can_break_off(host: HostMaker) -> None:
    """Location is there, the body that was promised is not, and the job is."""
    async with host(quirks=("cut-created",)) as it:
        answer = await raw(it, "POST", "/eSCL/ScanJobs", it.settings())
        head, _, body = answer.partition("\r\n\r\n")
        assert "201 Created" in head
        assert f"/ScanJobs/{it.scanner.running.id}" in head
        assert "Content-Length: 0" not in head
        assert body == ""


async def test_quirks_can_be_combined(host: HostMaker) -> None:
    """All quirks of a device hold together."""
    names = ("relative-location", "no-content-length", "loading-503")
    async with host(quirks=names) as it:
        job = await it.start()
        statuses = [(await it.page(job)).status for _ in range(4)]
        assert statuses == [503, 503, 503, 200]


@pytest.mark.parametrize(
    ("name", "lead_up", "is_refused"),
    [
        ("delete-side-effect", "deleted", False),
        ("adf-state-first", "status", True),
    ],
)
async def test_a_reset_device_has_its_quirks_as_at_the_beginning(
    host: HostMaker,
    name: str,
    lead_up: str,
    is_refused: bool,  # noqa: FBT001  a parameter
) -> None:
    """What hosts did before the reset has no effect after it."""
    async with host(quirks=(name,)) as it:
        await it.status("AdfState")
        job = await it.start()
        if lead_up == "deleted":
            while (await it.page(job)).status == 200:
                pass
            await it.delete(job)
        it.scanner.reset()
        assert ((await it.post(FEEDER)).status != 201) == is_refused


def test_each_job_is_late_anew(make_scanner: ScannerMaker) -> None:
    """A job is refused as often as the one before it, under whatever name it comes."""
    scanner, late = make_scanner(), Late(503, 3)
    counts = []
    for _ in range(2):
        job = scanner.start(ScanSettings(Input.FEEDER, Mode.GRAY, 75))
        job.id = "the same"
        counts.append(len(list(iter(partial(late.page, job), None))))
        scanner.reset()
    assert counts == [3, 3]


def test_unknown_quirks_are_told_with_the_known_ones() -> None:
    """A name that is none is refused with the list, and with what it may mean."""
    with pytest.raises(StartError, match=r"late-page-410 may be meant.*no-adf-state"):
        Quirks(["late-page-40"], lambda name, text: None)  # noqa: ARG005  silence


def test_no_quirk_changes_nothing() -> None:
    """Without quirks, answers look as they should."""
    plain = Quirks((), lambda name, text: None)  # noqa: ARG005  silence
    assert plain.wire() == quirks.Wire()
    assert plain.location("http://x/eSCL/ScanJobs/1") == "http://x/eSCL/ScanJobs/1"


def test_the_documentation_shows_the_quirks() -> None:
    """simulators/ESCL.md has the table as it is."""
    document = Path(__file__).parents[3] / "ESCL.md"
    assert quirks.as_markdown() in document.read_text("utf-8")


def test_every_quirk_is_tested_here() -> None:
    """A new quirk needs a test in this file."""
    text = Path(__file__).read_text("utf-8")
    assert [name for name in NAMES if f'"{name}"' not in text] == []
