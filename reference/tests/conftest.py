"""Scanners in memory and add-on work done here, for all that is above the workers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import cast

import pytest

from scanwright.buffer.pages import PageStore, PageView
from scanwright.buffer.slots import ScannedPage, SlotPool
from scanwright.errors import Code, DeviceError
from scanwright.imaging.editing import apply, measure
from scanwright.imaging.files.pages import PageIn
from scanwright.imaging.files.reading import open_file
from scanwright.imaging.files.writing import write_file
from scanwright.imaging.raster import Raster
from scanwright.jobs.registry import Jobs
from scanwright.log._process import OTHERS, ROOT
from scanwright.processes.addons import Addons, ReadRequest
from scanwright.protocol.edits import Analysis, Edit, Measured
from scanwright.protocol.saving import SaveOptions
from scanwright.protocol.scanning import (
    Depth,
    DeviceDescription,
    DeviceId,
    DeviceType,
    InputDescription,
    PageFormat,
    PixelType,
    Range,
    ScanSettings,
    Source,
)
from scanwright.sessions.services import Services
from scanwright.storage.storage import Storage

GLASS = DeviceId(DeviceType.SANE, "memory:0", "Glass")
FEEDER = DeviceId(DeviceType.ESCL, "memory:1", "Feeder")

DESCRIPTION = DeviceDescription(
    inputs=(
        InputDescription(
            source=Source.FEEDER,
            width_mm=50.8,
            height_mm=25.4,
            depths=(Depth(PixelType.GRAY, 8), Depth(PixelType.RGB, 8)),
            resolutions_dpi=Range(10, 100),
        ),
    ),
    feeder_loaded=True,
)


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """Leave the log as it was: a main that runs in a test sets it up."""
    before = [
        (logger, logger.handlers[:], logger.level, logger.propagate)
        for logger in (ROOT, *OTHERS)
    ]
    raises = logging.raiseExceptions
    yield
    logging.raiseExceptions = raises
    for logger, handlers, level, propagate in before:
        for handler in logger.handlers:
            if handler not in handlers:
                handler.close()
        logger.handlers[:] = handlers
        logger.setLevel(level)
        logger.propagate = propagate


@dataclass
class MemoryScanners:
    """Scanners that give `pages` pages, each when `next_page` allows it.

    `fault` comes after the pages; `hangs` never lets an open come back.
    """

    slots: SlotPool
    devices: list[DeviceId] = field(default_factory=lambda: [GLASS, FEEDER])
    description: DeviceDescription = DESCRIPTION
    pages: int = 2
    next_page: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(99))
    fault: DeviceError | None = None
    open_fault: DeviceError | None = None
    may_close: asyncio.Event = field(default_factory=asyncio.Event)
    in_use: set[DeviceId] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.may_close.set()

    async def list_devices(
        self,
        types: DeviceType,
        *,
        timeout_s: float,
    ) -> list[DeviceId]:
        """List those of the mask."""
        assert timeout_s > 0
        return [device for device in self.devices if device.type & types]

    async def acquire(self) -> MemoryScanner:
        """Return something that can open one."""
        return MemoryScanner(self)


@dataclass
class MemoryScanner:
    """One of them, open."""

    owner: MemoryScanners
    device: DeviceId | None = None
    settings: ScanSettings | None = None

    async def open(
        self,
        device: DeviceId,
        *,
        timeout_s: float,
    ) -> DeviceDescription:
        """Open; two at once would be a defect of the caller."""
        assert timeout_s > 0
        if self.owner.open_fault is not None:
            raise self.owner.open_fault
        assert device not in self.owner.in_use
        self.owner.in_use.add(device)
        self.device = device
        return self.owner.description

    async def configure(
        self,
        settings: ScanSettings,
        *,
        timeout_s: float,
    ) -> ScanSettings:
        """Take every setting as it is."""
        assert timeout_s > 0
        self.settings = settings
        return settings

    async def scan(self, *, timeout_s: float) -> AsyncIterator[ScannedPage]:
        """Give gray pages whose pixels all have the page's number."""
        assert timeout_s > 0
        assert self.settings is not None
        limit = self.settings.page_limit or self.owner.pages
        for number in range(1, min(limit, self.owner.pages) + 1):
            await self.owner.next_page.acquire()
            yield self._page(number)
        await self.owner.next_page.acquire()
        if self.owner.fault is not None:
            raise self.owner.fault

    async def release(self) -> None:
        """Close, when the test allows it."""
        await self.owner.may_close.wait()
        if self.device is not None:
            self.owner.in_use.discard(self.device)

    def _page(self, number: int) -> ScannedPage:
        gray = Depth(PixelType.GRAY, 8)
        page = PageFormat(20, 10, gray, (10, 10), Source.FEEDER)
        slot = self.owner.slots.acquire(page.size_bytes)
        slot.view[: page.size_bytes] = bytes([number]) * page.size_bytes
        return ScannedPage(slot, page)


@pytest.fixture
def slots() -> Iterator[SlotPool]:
    """A pool of shared memory."""
    pool = SlotPool()
    yield pool
    pool.close()


@pytest.fixture
async def store(slots: SlotPool, tmp_path: Path) -> AsyncIterator[PageStore]:
    """A page store on an empty folder."""
    pages = PageStore(tmp_path / "cache", slots=slots)
    yield pages
    pages.close()


@pytest.fixture
def scanners(slots: SlotPool) -> MemoryScanners:
    """Two scanners in memory."""
    return MemoryScanners(slots)


@pytest.fixture
async def jobs(scanners: MemoryScanners, store: PageStore) -> AsyncIterator[Jobs]:
    """The owner of jobs on these scanners."""
    async with Jobs(scanners, store) as owner:
        yield owner


@dataclass
class MemoryAddons:
    """What add-on workers do, done here and now; `fault` is raised instead."""

    slots: SlotPool
    fault: Exception | None = None
    before_edit: Callable[[], None] = lambda: None

    async def edit(self, page: PageView, edit: Edit) -> ScannedPage:
        """Edit as a worker does."""
        self.before_edit()
        self._fail()
        return self._page(apply(Raster.read(page.pixels, page.format), edit))

    async def measure(self, page: PageView, analysis: Analysis) -> Measured:
        """Measure as a worker does."""
        self._fail()
        return measure(Raster.read(page.pixels, page.format), analysis)

    async def read(self, file: ReadRequest) -> AsyncGenerator[ScannedPage, None]:
        """Read as a worker does; a fault comes after the pages."""
        data = os.pread(file.fd, 1 << 24, 0)
        for page in open_file(
            data,
            name=file.name,
            password=file.password,
            resolution_dpi=file.resolution_dpi,
        ):
            yield self._page(page.raster)
        self._fail()

    async def write(
        self,
        count: int,
        view: Callable[[int], contextlib.AbstractAsyncContextManager[PageView]],
        options: SaveOptions,
        out_fd: int,
        *,
        existing_fd: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Write as a worker does."""
        self._fail()
        pages = []
        for index in range(count):
            async with view(index) as page:
                raster = Raster.read(page.pixels, page.format)
                copy = raster.with_samples(raster.samples.copy())
                pages.append(PageIn(copy, page.original))
        existing = None
        if existing_fd is not None:
            existing = BytesIO(os.pread(existing_fd, 1 << 24, 0))
        told = progress or (lambda _: None)
        with os.fdopen(os.dup(out_fd), "w+b") as out:
            write_file(pages, options, out, progress=told, existing=existing)

    def _fail(self) -> None:
        if self.fault is not None:
            raise self.fault

    def _page(self, raster: Raster) -> ScannedPage:
        page = raster.format()
        slot = self.slots.acquire(page.size_bytes)
        raster.write(slot.view)
        return ScannedPage(slot, page)


@pytest.fixture
def addons(slots: SlotPool) -> MemoryAddons:
    """Add-on work in this process."""
    return MemoryAddons(slots)


@pytest.fixture
async def services(
    jobs: Jobs,
    store: PageStore,
    slots: SlotPool,
    addons: MemoryAddons,
    tmp_path: Path,
) -> AsyncIterator[Services]:
    """The parts of a service, on empty folders."""
    storage = Storage(tmp_path / "storage")
    yield Services(
        jobs, store, slots, cast("Addons", addons), storage, tmp_path / "cache"
    )
    storage.close()


@pytest.fixture
def jam() -> DeviceError:
    """A paper jam."""
    return DeviceError("Paper jam.", code=Code.FEEDER_JAM)
