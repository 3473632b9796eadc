"""A small eSCL scanner, as odd as a test wants it."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from io import BytesIO
from string import Template

import pytest
from aiohttp import web
from PIL import Image

from scanwright.devices.escl.address import EsclAddress

NAMESPACES = (
    'xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" '
    'xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm"'
)
INPUT = Template("""<scan:${name}InputCaps>
  <scan:MaxWidth>2550</scan:MaxWidth><scan:MaxHeight>3508</scan:MaxHeight>
  <scan:SettingProfiles><scan:SettingProfile>
    <scan:ColorModes><scan:ColorMode>BlackAndWhite1</scan:ColorMode>
      <scan:ColorMode>Grayscale8</scan:ColorMode><scan:ColorMode>RGB24</scan:ColorMode>
    </scan:ColorModes>
    <scan:DocumentFormats><pwg:DocumentFormat>$mime</pwg:DocumentFormat>
    </scan:DocumentFormats>
    <scan:SupportedResolutions><scan:DiscreteResolutions>
      <scan:DiscreteResolution><scan:XResolution>75</scan:XResolution>
        <scan:YResolution>75</scan:YResolution></scan:DiscreteResolution>
      <scan:DiscreteResolution><scan:XResolution>300</scan:XResolution>
        <scan:YResolution>300</scan:YResolution></scan:DiscreteResolution>
    </scan:DiscreteResolutions></scan:SupportedResolutions>
  </scan:SettingProfile></scan:SettingProfiles></scan:${name}InputCaps>""")


def capabilities(mime: str = "image/png") -> bytes:
    """Capabilities of a scanner with glass and a duplex feeder."""
    platen, simplex, duplex = (
        INPUT.substitute(name=name, mime=mime)
        for name in ("Platen", "AdfSimplex", "AdfDuplex")
    )
    return (
        f"<scan:ScannerCapabilities {NAMESPACES}><pwg:Version>2.63</pwg:Version>"
        f"<pwg:MakeAndModel>Test Scanner</pwg:MakeAndModel>"
        f"<scan:Platen>{platen}</scan:Platen><scan:Adf>{simplex}{duplex}</scan:Adf>"
        "</scan:ScannerCapabilities>"
    ).encode()


def picture(shade: int, kind: str = "PNG") -> bytes:
    """A page of 8 x 4 pixels."""
    out = BytesIO()
    Image.new("L", (8, 4), shade).save(out, kind)
    return out.getvalue()


@dataclass
class Scanner:
    """Answers NextDocument with what is in `script`: pages, statuses, or a break.

    The journal holds every request as it came.
    """

    script: deque[bytes | int | str] = field(default_factory=deque)
    posts: deque[int] = field(default_factory=deque)
    capabilities: bytes = field(default_factory=capabilities)
    adf_state: str = "ScannerAdfLoaded"
    job_states: deque[str] = field(default_factory=lambda: deque(["Completed"]))
    location: str = "http://elsewhere.invalid:99/eSCL/ScanJobs/1"
    journal: list[str] = field(default_factory=list)
    ticket: str = ""
    port: int = 0

    @property
    def address(self) -> EsclAddress:
        """Where it is."""
        return EsclAddress("Test", f"http://127.0.0.1:{self.port}/eSCL")

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer whatever is asked."""
        name = request.path.removeprefix("/eSCL/")
        self.journal.append(f"{request.method} {name}")
        if name == "ScannerCapabilities":
            return web.Response(body=self.capabilities)
        if name == "ScannerStatus":
            return web.Response(text=self._status())
        if request.method == "POST":
            self.ticket = await request.text()
            status = self.posts.popleft() if self.posts else 201
            return web.Response(status=status, headers={"Location": self.location})
        if request.method == "DELETE":
            return web.Response()
        return await self._next(request)

    async def _next(self, request: web.Request) -> web.StreamResponse:
        item = self.script.popleft() if self.script else 404
        if isinstance(item, bytes):
            return web.Response(body=item)
        if isinstance(item, int):
            return web.Response(status=item)
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        if item == "break":
            await response.prepare(request)
            await response.write(b"half")
        assert request.transport is not None
        request.transport.abort()
        return response

    def _status(self) -> str:
        states = self.job_states
        state = states.popleft() if len(states) > 1 else states[0]
        return (
            f"<scan:ScannerStatus {NAMESPACES}><pwg:State>Idle</pwg:State>"
            f"<scan:AdfState>{self.adf_state}</scan:AdfState><scan:Jobs><scan:JobInfo>"
            "<pwg:JobUri>/eSCL/ScanJobs/1</pwg:JobUri>"
            f"<pwg:JobState>{state}</pwg:JobState></scan:JobInfo></scan:Jobs>"
            "</scan:ScannerStatus>"
        )


@pytest.fixture
async def scanner() -> AsyncIterator[Scanner]:
    """A scanner that listens."""
    virtual = Scanner()
    app = web.Application()

    async def answer(request: web.Request) -> web.StreamResponse:
        return await virtual.answer(request)  # looked up late: tests replace it

    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    virtual.port = runner.addresses[0][1]
    yield virtual
    await runner.cleanup()


@pytest.fixture(name="picture")
def picture_maker() -> object:
    """Make the file of a page."""
    return picture


@pytest.fixture(name="capabilities")
def capabilities_maker() -> object:
    """Make capabilities."""
    return capabilities
