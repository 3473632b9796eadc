"""An eSCL device over real HTTP: jobs from start to end, and what is told of them."""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any

import aiohttp
import pytest
from PIL import Image

from scanwright_simulators.device import (
    Fault,
    FaultKind,
    Identity,
    VirtualScanner,
    read_identity,
)
from scanwright_simulators.formats import FORMATS

HostMaker = Callable[..., AbstractAsyncContextManager[Any]]
ScannerMaker = Callable[..., VirtualScanner]

FEEDER = "<pwg:InputSource>Feeder</pwg:InputSource>"
DUPLEX = f"{FEEDER}<scan:Duplex>true</scan:Duplex>"
GONE = (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError)


def identity_of(body: bytes) -> Identity | None:
    """Return who the page in `body` is."""
    with Image.open(io.BytesIO(body)) as image:
        return read_identity(image)


async def test_a_glass_job_from_start_to_end(host: HostMaker) -> None:
    """A job is created, gives its page, says 404 at the end, and can be deleted."""
    async with host() as it:
        job = await it.start()
        page = await it.page(job)
        assert page.status == 200
        assert str(identity_of(page.body)) == "SW1:virtual-office:0:A:1"
        assert (await it.page(job)).status == 404
        assert (await it.delete(job)).status == 200


@pytest.mark.slow
async def test_a_feeder_job_gives_every_sheet(host: HostMaker) -> None:
    """All sheets arrive in order, on both sides where asked for."""
    async with host(sheets=2) as it:
        job = await it.start(DUPLEX)
        assert await it.status("AdfState") == "ScannerAdfProcessing"
        seen = []
        while (page := await it.page(job)).status == 200:
            seen.append(identity_of(page.body))
        assert [f"{i.sheet}{i.side}" for i in seen if i] == ["1A", "1B", "2A", "2B"]
        assert await it.status("AdfState") == "ScannerAdfLoaded"


@pytest.mark.parametrize("mime", FORMATS)
async def test_pages_come_in_the_type_asked_for(host: HostMaker, mime: str) -> None:
    """The page has the type that the job asked for, and its length is told."""
    async with host() as it:
        wish = f"<scan:DocumentFormatExt>{mime}</scan:DocumentFormatExt>"
        page = await it.page(await it.start(wish))
        assert page.headers["Content-Type"] == mime
        assert page.headers["Content-Length"] == str(len(page.body))


async def test_the_location_is_absolute(host: HostMaker) -> None:
    """Location names the device as the request did."""
    async with host() as it:
        reply = await it.ask(
            "POST",
            "/eSCL/ScanJobs",
            it.settings(),
            Host=f"localhost:{it.port}",
        )
        location = reply.headers["Location"]
        assert location.startswith(f"http://localhost:{it.port}/eSCL/ScanJobs/")


async def test_a_busy_device_is_free_after_delete(host: HostMaker) -> None:
    """DELETE makes room for the next job."""
    async with host() as it:
        job = await it.start()
        assert (await it.post()).status == 503
        await it.delete(job)
        await it.start()


@pytest.mark.parametrize("kind", [FaultKind.RESET, FaultKind.TRUNCATED])
async def test_a_job_can_be_cut_off_at_its_start(
    host: HostMaker,
    kind: FaultKind,
) -> None:
    """A fault of the connection at the start of a job is one of POST."""
    async with host(faults=(Fault(kind, 0),)) as it:
        with pytest.raises(GONE):
            await it.post()


async def test_garbage_can_answer_a_job(host: HostMaker) -> None:
    """At the start of a job, garbage is an answer without a Location."""
    async with host(faults=(Fault(FaultKind.GARBAGE, 0, times=1),)) as it:
        reply = await it.post()
        assert (reply.status, "Location" in reply.headers) == (200, False)
        assert (await it.post()).status == 201


async def test_a_stalled_start_never_answers(host: HostMaker) -> None:
    """The POST hangs until the host gives up; the device is free then."""
    async with host(faults=(Fault(FaultKind.STALL, 0, times=1),)) as it:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await it.post()
        assert (await it.post()).status == 201


async def test_the_feeder_can_claim_to_be_empty(host: HostMaker) -> None:
    """The status says Empty until the next job, whatever lies in the tray."""
    async with host(faults=(Fault(FaultKind.EMPTY, 2, times=1),)) as it:
        job = await it.start(FEEDER)
        assert (await it.page(job)).status == 200
        assert (await it.page(job)).status == 404
        assert await it.status("AdfState") == "ScannerAdfEmpty"
        await it.start(FEEDER)


async def test_the_journal_knows_every_request(host: HostMaker) -> None:
    """Each request is told with its method, path, status and reason."""
    async with host() as it:
        await it.page(await it.start())
        posted, paged = it.told()
        assert posted.data["method"] == "POST"
        assert posted.data["status"] == 201
        assert "SW1:virtual-office:0:A:1" in paged.text
        assert paged.device == it.scanner.model.slug


async def test_near_misses_are_explained(host: HostMaker) -> None:
    """Unknown paths, jobs, settings and elements lead to what was meant."""
    async with host() as it:
        await it.ask("GET", "/escl/scannerstatus")
        job = await it.start("<scan:InputSource>Feeder</scan:InputSource>")
        await it.page("/eSCL/ScanJobs/nobody")
        path, started, unknown = it.told()
        assert path.near[0] == "/eSCL/ScannerStatus"
        assert "pwg:InputSource would have been taken" in started.near[0]
        assert unknown.near == (f"job {job.rpartition('/')[2]} is Processing",)


async def test_the_front_page_and_the_icon_are_there(host: HostMaker) -> None:
    """The addresses that mDNS tells of lead somewhere."""
    async with host() as it:
        assert "Virtual Office" in (await it.ask("GET", "/")).text
        picture = await it.ask("GET", "/icon.png")
        with Image.open(io.BytesIO(picture.body)) as image:
            assert image.size == (48, 48)


async def test_settings_reach_the_engine(host: HostMaker) -> None:
    """Levels and region of a request are those of the job."""
    async with host() as it:
        await it.start(
            "<scan:Brightness>1500</scan:Brightness>",
            "<scan:Threshold>0</scan:Threshold>",
            "<pwg:ScanRegion><pwg:Width>300</pwg:Width><pwg:Height>600</pwg:Height>"
            "</pwg:ScanRegion>",
        )
        view = it.scanner.running.view
        assert (view.levels.brightness, view.levels.threshold) == (50, 1)
        assert (view.width_px, view.height_px) == (75, 150)


STATUS = b"GET /eSCL/ScannerStatus HTTP/1.1\r\n"
POST = b"POST /eSCL/ScanJobs HTTP/1.1\r\nHost: localhost\r\n"
FRONT = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
END = b"\r\n\r\n"
HOSTILE = (
    b"GARBAGE" + END,
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    STATUS + b"\r\n",
    STATUS + b"Host: a\r\nHost: localhost" + END,
    STATUS + b"Host: [::1" + END,
    STATUS + b"Host: evil.example" + END,
    STATUS + b"Host: l\x93calhost" + END,
    b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: localhost" + END,
    b"GET /%00%ff HTTP/1.1\r\nHost: localhost" + END,
    FRONT + b"X: " + b"y" * 100_000 + END,
    POST + b"\r\n",
    POST + b"Content-Length: 99999999999999999999" + END,
    POST + b"Content-Length: -1" + END,
    POST + b"Content-Length: x" + END,
    POST + b"Transfer-Encoding: chunked" + END + b"zz\r\n",
    POST + b"Content-Encoding: gzip\r\nContent-Length: 4" + END + b"nope",
    POST + b"Content-Length: 5" + END + b"<a><b",
)


async def answer_to(port: int, request: bytes) -> bytes:
    """Return the first line of the answer to raw bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        async with asyncio.timeout(5):
            return await reader.readline()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_hostile_requests_are_refused(host: HostMaker) -> None:
    """Whatever is sent gets a status of 4xx, and the device lives on."""
    async with host() as it:
        for request in HOSTILE:
            line = await answer_to(it.port, request)
            assert line.split()[1:2] in ([b"400"], [b"403"], [b"404"], [b"413"]), (
                request[:200],
                line,
            )
        assert await it.status("State") == "Idle"
        assert it.told("malformed")


@pytest.mark.slow
async def test_noise_does_no_harm(host: HostMaker) -> None:
    """Mutated requests never get a 5xx, never hang the device, never crash it."""
    dice = random.Random(7)  # noqa: S311  no secret
    async with host() as it:
        good = "POST /eSCL/ScanJobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}"
        body = it.settings("<scan:XResolution>75</scan:XResolution>").encode()
        for _ in range(150):
            request = bytearray(good.format(len(body)).encode() + b"\r\n\r\n" + body)
            for _ in range(dice.randrange(1, 6)):
                request[dice.randrange(len(request))] = dice.randrange(256)
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    line = await answer_to(it.port, bytes(request))
                    assert b" 50" not in line or b" 503" in line, (request, line)
            if it.scanner.running:
                it.scanner.cancel(it.scanner.running)
        assert await it.status("State") == "Idle"


async def test_a_chunked_body_has_an_end(host: HostMaker) -> None:
    """A body that tells no length is refused once it is too long."""

    async def endless() -> AsyncIterator[bytes]:
        """Yield more than a device takes."""
        for _ in range(20):
            yield b" " * 10_000

    async with host() as it:
        reply = await it.ask("POST", "/eSCL/ScanJobs", endless())
        assert reply.status == 413


async def test_a_device_can_fail_at_the_start_of_a_job(host: HostMaker) -> None:
    """A fault that is no matter of the connection has the status of its kind."""
    async with host(faults=(Fault(FaultKind.HARDWARE, 0),)) as it:
        assert (await it.post()).status == 500
        assert await it.status("State") == "Stopped"


async def test_other_devices_are_not_listened_to(host: HostMaker) -> None:
    """All devices write one journal, and each heeds its own entries."""
    async with host() as it:
        it.scanner.journal.add("engine", "fault", "x", device="other", kind="empty")
        assert await it.status("AdfState") == "ScannerAdfLoaded"


async def test_a_cut_at_the_start_can_be_a_status(host: HostMaker) -> None:
    """`http_status` takes the place of what happens to the connection, too."""
    async with host(faults=(Fault(FaultKind.RESET, 0, http_status=507),)) as it:
        assert (await it.post()).status == 507


async def test_a_host_may_have_no_name_for_the_device(host: HostMaker) -> None:
    """HTTP/1.0 without Host gets a Location all the same: where the device is."""
    async with host() as it:
        body = it.settings().encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", it.port)
        writer.write(b"POST /eSCL/ScanJobs HTTP/1.0\r\nContent-Length: ")
        writer.write(b"%d" % len(body) + END + body)
        answer = (await reader.read()).decode()
        writer.close()
        assert f"Location: http://127.0.0.1:{it.port}/eSCL/ScanJobs/" in answer
