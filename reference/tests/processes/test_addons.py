"""Add-on work in real processes, with tools that are as bad as a test wants them."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pytest

from scanwright.buffer.pages import PageView
from scanwright.buffer.slots import ScannedPage, SlotPool
from scanwright.errors import Code, InvalidParameter
from scanwright.imaging.files.errors import UnreadableFile
from scanwright.processes.addons import AddonFailed, Addons, ReadRequest
from scanwright.processes.child import Program
from scanwright.protocol.edits import (
    Border,
    Edit,
    FindSkew,
    Flip,
    Invert,
    Mirror,
    Rotate,
    SetDepth,
    SetWidth,
    ToGray,
)
from scanwright.protocol.saving import FileType, PdfMetadata, SaveOptions
from scanwright.protocol.scanning import Source

pytestmark = pytest.mark.slow

MakeView = Callable[[int], PageView]
OPTIONS = SaveOptions(FileType.PNG)
DEADLINE_S = 30.0
NO_SPACE = str(errno.ENOSPC)


def memory_file(content: bytes = b"") -> int:
    """Return the descriptor of a file in memory."""
    descriptor = os.memfd_create("file", os.MFD_CLOEXEC)
    os.write(descriptor, content)
    return descriptor


def open_descriptors(pid: int | str = "self") -> int:
    """Count those of a process."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def what_is_open(pid: int | str = "self") -> Counter[str]:
    """Name what the descriptors of a process are of."""
    folder = f"/proc/{pid}/fd"
    with os.scandir(folder) as entries:
        links = [Path(entry.path) for entry in entries]
    # That of the folder itself is gone by now.
    return Counter(str(link.readlink()) for link in links if link.is_symlink())


def limits(pid: int) -> dict[str, str]:
    """Return the limits of a process that nothing in it can raise."""
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    return {line[:26].strip(): line[26:].split()[1] for line in lines}


def pids(addons: Addons) -> set[int]:
    """The ids of the processes that run now."""
    return {process.pid for process in addons.processes()}


async def until(condition: Callable[[], object]) -> None:
    """Wait for what another process brings about."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():  # noqa: ASYNC110 - of another process there is no event
            await asyncio.sleep(0.002)


async def read_all(addons: Addons, slots: SlotPool, content: bytes) -> list[bytes]:
    """Read a file; return the pages' pixels and JPEGs, and give their slots back."""
    descriptor = memory_file(content)
    pages = []
    try:
        async for page in addons.read(ReadRequest(descriptor, "f", "secret", 99)):
            assert page.format.resolution_dpi == (99, 99)
            pages.append(bytes(page.pixels[:1]) + (page.original or b""))
            slots.release(page.slot)
    finally:
        os.close(descriptor)
    return pages


class Sheets:
    """Pages to write, which tell when they are being looked at."""

    def __init__(self, make_view: MakeView, slots: SlotPool) -> None:
        self._make_view = make_view
        self._slots = slots
        self.story: list[str] = []
        self.first = asyncio.Event()
        self.on_leave: Callable[[], object] = lambda: None

    @asynccontextmanager
    async def view(self, index: int) -> AsyncIterator[PageView]:
        """Lend a page of this shade; every second one has a JPEG."""
        page = self._make_view(index)
        jpeg = b"jpeg" if index % 2 else None
        self.story.append(f"enter {index}")
        self.first.set()
        try:
            yield replace(page, original=jpeg)
        finally:
            self.story.append(f"leave {index}")
            self.on_leave()
            self._slots.release(page.slot)


@pytest.fixture
def sheets(make_view: MakeView, slots: SlotPool) -> Sheets:
    """Pages to write."""
    return Sheets(make_view, slots)


async def test_an_edit_makes_a_new_page(
    addons: Addons, slots: SlotPool, make_view: MakeView
) -> None:
    """The old page stays as it is, and both are sides of the same sheet."""
    page = make_view(10)
    made = await addons.edit(page, Invert())
    assert bytes(made.pixels) == bytes([245]) * 2400
    assert bytes(page.pixels) == bytes([10]) * 2400
    assert made.format == page.format
    assert (made.format.source, made.format.side) == (Source.DUPLEX, 1)
    assert slots.stats().used == 2


async def test_a_worker_stays_warm(addons: Addons, make_view: MakeView) -> None:
    """The next edit needs no new process; the status page knows its role."""
    page = make_view(1)
    await addons.edit(page, Invert())
    (before,) = addons.processes()
    assert before.role == "add-on worker"
    await addons.edit(page, Invert())
    assert addons.processes() == [before]


async def test_a_refused_edit_is_the_clients_fault_and_harms_nobody(
    addons: Addons, slots: SlotPool, make_view: MakeView
) -> None:
    """The error has its own class here, too, and the worker is used again."""
    page = make_view(1)
    with pytest.raises(InvalidParameter, match="bitsPerPixel") as caught:
        await addons.edit(page, SetDepth(7))
    assert caught.value.code == Code.INVALID_PARAMETER
    before = pids(addons)
    await addons.edit(page, Invert())
    assert pids(addons) == before
    assert slots.stats().used == 2


@dataclass(frozen=True)
class Failure:
    """An edit that goes wrong, and what is said of it."""

    edit: Edit
    what: str
    code: Code = Code.GENERAL_FAILURE


FAILURES = (
    Failure(ToGray(), r"died \(SIGSEGV\)"),
    Failure(Border(), "defect.*a defect"),
    Failure(Mirror(), "more memory than it may have, 512 MiB", Code.OUT_OF_MEMORY),
    Failure(SetWidth(4096), "memory", Code.OUT_OF_MEMORY),
)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.what[:12])
async def test_a_failure_costs_one_call(
    addons: Addons,
    slots: SlotPool,
    make_view: MakeView,
    failure: Failure,
) -> None:
    """A crash, hunger or defect ends its process; the next edit has another one."""
    page = make_view(1)
    await addons.edit(page, Invert())
    before = pids(addons)
    with pytest.raises(AddonFailed, match=failure.what) as caught:
        await addons.edit(page, failure.edit)
    assert caught.value.code == failure.code
    assert slots.stats().used == 2
    await addons.edit(page, Invert())
    assert not pids(addons) & before


async def test_kill_in_mid_edit_costs_one_call(
    addons: Addons, slots: SlotPool, make_view: MakeView
) -> None:
    """Whoever kills the process, the call ends at once and says so."""
    page = make_view(1)

    async def edit() -> None:
        with pytest.raises(AddonFailed, match=r"died \(SIGKILL\)"):
            await addons.edit(page, Flip())

    slots.release((await addons.edit(page, Invert())).slot)
    (pid,) = pids(addons)
    async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as group:
        group.create_task(edit())
        await until(lambda: not addons._idle)
        os.kill(pid, signal.SIGKILL)
    assert slots.stats().used == 1
    slots.release((await addons.edit(page, Invert())).slot)
    assert pids(addons).isdisjoint({pid})


async def test_a_hanging_edit_is_killed_at_the_deadline(
    slots: SlotPool, make_view: MakeView, stand_in: Callable[[str], Program]
) -> None:
    """Without progress for so long, the call fails and the process is gone."""
    page = make_view(1)
    async with Addons(slots=slots, program=stand_in, timeout_s=20) as addons:
        await addons.edit(page, Invert())
        addons._timeout_s = 0.2
        with pytest.raises(AddonFailed, match=r"did not get on for 0.2 s"):
            await addons.edit(page, Flip())
        assert addons.processes() == []
    assert slots.stats().used == 2


async def test_a_cancelled_edit_leaves_nothing(
    addons: Addons, slots: SlotPool, make_view: MakeView
) -> None:
    """When a cancelled call is over, its process does not look at the page any more."""
    page = make_view(1)
    slots.release((await addons.edit(page, Invert())).slot)
    descriptors = open_descriptors()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(addons.edit(page, Flip()))
        await until(lambda: not addons._idle)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert addons.processes() == []
    assert slots.stats().used == 1
    assert open_descriptors() < descriptors


async def test_one_worker_for_each_call_and_so_many_at_most(
    addons: Addons, make_view: MakeView
) -> None:
    """A third edit waits until one of two is over."""
    page = make_view(1)
    async with asyncio.TaskGroup() as group:
        hanging = [group.create_task(addons.edit(page, Flip())) for _ in range(2)]
        patient = group.create_task(addons.edit(page, Invert()))
        await until(lambda: len(pids(addons)) == 2)
        assert not patient.done()
        hanging[0].cancel()
        made = await patient
        hanging[1].cancel()
    assert bytes(made.pixels[:1]) == bytes([254])


async def test_a_thousand_edits_leak_nothing(
    addons: Addons, slots: SlotPool, make_view: MakeView
) -> None:
    """Neither descriptors here and there, nor slots, nor processes."""
    page = make_view(1)
    seen = []
    for number in range(1000):
        slots.release((await addons.edit(page, Invert())).slot)
        if number in {10, 999}:
            (pid,) = pids(addons)
            seen.append((what_is_open(), what_is_open(pid)))
    (ours, theirs), (ours_later, theirs_later) = seen
    assert (ours_later - ours, theirs_later - theirs) == (Counter(), Counter())
    assert (slots.stats().used, slots.stats().made) == (1, 2)


async def test_limits_hold_while_a_worker_works(
    addons: Addons, make_view: MakeView
) -> None:
    """Memory and files are limited before any work is done."""
    found = await addons.measure(make_view(1), FindSkew())
    assert found.angle is not None
    assert 512 << 20 < found.angle < 4 << 30
    assert found.deviation == 64
    (pid,) = pids(addons)
    assert limits(pid)["Max core file size"] == "0"
    assert limits(pid)["Max file size"] == str(4 << 30)
    assert limits(pid)["Max processes"] == "0"


async def test_a_file_is_read_page_by_page(addons: Addons, slots: SlotPool) -> None:
    """Pages come in order, with their own JPEGs, and every slot is the taker's."""
    pages = await read_all(addons, slots, b"4")
    assert pages == [b"\0", b"\1f secret 1", b"\2", b"\3f secret 3"]
    assert slots.stats().used == 0


async def test_a_worker_that_has_read_a_file_is_thrown_away(
    addons: Addons, slots: SlotPool, make_view: MakeView
) -> None:
    """Nobody else's page meets what the file may have left there."""
    for content in (b"1", b""):
        if content:
            await read_all(addons, slots, content)
        else:
            with pytest.raises(AddonFailed):
                await read_all(addons, slots, content)
        assert addons.processes() == []
    await addons.edit(make_view(1), Invert())
    assert len(pids(addons)) == 1


async def test_pages_before_the_damage_come_first(
    addons: Addons, slots: SlotPool
) -> None:
    """Then comes the error, which blames the file."""
    descriptor = memory_file(b"2 damage")
    reading = addons.read(ReadRequest(descriptor, "f"))
    for _ in range(2):
        slots.release((await anext(reading)).slot)
    with pytest.raises(UnreadableFile, match="f is damaged") as caught:
        await anext(reading)
    os.close(descriptor)
    assert caught.value.code == Code.READ_ERROR


async def test_a_file_is_not_read_far_ahead(addons: Addons, slots: SlotPool) -> None:
    """Pages that nobody takes stop the reading, and so does a full store."""
    descriptor = memory_file(b"100000")
    taken: list[ScannedPage] = []
    async with aclosing(addons.read(ReadRequest(descriptor))) as pages:
        async for page in pages:
            taken.append(page)
            for _ in range(20):
                await asyncio.sleep(0.001)
            assert slots.stats().used - len(taken) <= 3
            if len(taken) == 10:
                break
    os.close(descriptor)
    assert [page.pixels[0] for page in taken] == list(range(10))
    assert slots.stats().used == 10
    assert addons.processes() == []


class Gate(asyncio.Event):
    """A flow that tells when somebody has come to wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()

    async def wait(self) -> Literal[True]:
        """Tell, and wait."""
        self.reached.set()
        return await super().wait()


async def test_reading_waits_while_the_flow_is_held(
    addons: Addons, slots: SlotPool
) -> None:
    """No page comes while the store makes room, and none is lost by that."""
    slots.flowing = gate = Gate()
    slots.hold("test")
    async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as group:
        reading = group.create_task(read_all(addons, slots, b"3"))
        fence = group.create_task(gate.reached.wait())
        await asyncio.wait({reading, fence}, return_when=asyncio.FIRST_COMPLETED)
        # The worker has asked for room by now, and without room it has no page.
        assert not reading.done()
        assert slots.stats().made == 0
        slots.resume("test")
        assert len(await reading) == 3


async def test_pages_become_a_file(addons: Addons, sheets: Sheets) -> None:
    """Each is looked at in its turn, and at no other time."""
    out = memory_file()
    done: list[int] = []
    await addons.write(3, sheets.view, OPTIONS, out, progress=done.append)
    assert os.pread(out, 100, 0) == b"0 \n1 jpeg\n2 \n"
    os.close(out)
    assert done == [1, 2, 3]
    steps = [f"{verb} {index}" for index in range(3) for verb in ("enter", "leave")]
    assert sheets.story == steps


async def test_pages_are_appended_to_a_file_from_outside(
    addons: Addons, sheets: Sheets
) -> None:
    """The worker sees the file, leaves it alone, and is thrown away after that."""
    out, existing = memory_file(), memory_file(b"old\n")
    await addons.write(1, sheets.view, OPTIONS, out, existing_fd=existing)
    assert os.pread(out, 100, 0) == b"old\n0 \n"
    assert os.pread(existing, 100, 0) == b"old\n"
    assert addons.processes() == []
    for descriptor in (out, existing):
        os.close(descriptor)


@pytest.mark.parametrize("quality", [1, 2])
async def test_a_file_that_cannot_be_written(
    slots: SlotPool, sheets: Sheets, quality: int, stand_in: Callable[[str], Program]
) -> None:
    """A full disk has its code, a hang its deadline, and no page is left open."""
    out = memory_file()
    options = replace(OPTIONS, quality=quality, pdf_version=NO_SPACE)
    async with Addons(slots=slots, program=stand_in, timeout_s=3) as addons:
        with pytest.raises(AddonFailed) as caught:
            await addons.write(2, sheets.view, options, out)
    os.close(out)
    full = Code.WRITE_ERROR
    assert caught.value.code == (full if quality == 1 else Code.GENERAL_FAILURE)
    assert slots.stats().used == 0


async def test_a_page_that_is_gone_stops_the_writing(
    addons: Addons, slots: SlotPool, sheets: Sheets
) -> None:
    """The store's error is the call's; the worker ends its command and stays."""

    def view(index: int) -> object:
        if index == 1:
            raise InvalidParameter("gone")
        return sheets.view(index)

    out = memory_file()
    with pytest.raises(InvalidParameter, match="gone"):
        await addons.write(2, view, OPTIONS, out)  # type: ignore[arg-type]  # as views do
    before = pids(addons)
    await addons.write(1, sheets.view, OPTIONS, out)
    assert os.pread(out, 100, 0).startswith(b"0 \n0 \n")
    os.close(out)
    assert pids(addons) == before
    assert slots.stats().used == 0


async def test_cancelled_writing_leaves_the_worker_well(
    addons: Addons, slots: SlotPool, sheets: Sheets
) -> None:
    """It stops between two pages, and can be used again."""
    out = memory_file()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(addons.write(10**6, sheets.view, OPTIONS, out))
        await sheets.first.wait()
        before = pids(addons)
        sheets.on_leave = lambda: sheets.story.append(f"idle {len(addons._idle)}")
        task.cancel()
    assert slots.stats().used == 0
    assert sheets.story[-2].startswith("leave")
    assert sheets.story[-1] == "idle 1"  # the worker was through with the page
    out_again = memory_file()
    await addons.write(2, sheets.view, OPTIONS, out_again)
    assert os.pread(out_again, 100, 0) == b"0 \n1 jpeg\n"
    for descriptor in (out, out_again):
        os.close(descriptor)
    assert pids(addons) == before


async def test_options_have_a_longest_length(addons: Addons, sheets: Sheets) -> None:
    """What no message can hold is refused before a worker sees it."""
    options = replace(OPTIONS, pdf_metadata=PdfMetadata(title="x" * 200_000))
    out = memory_file()
    with pytest.raises(InvalidParameter, match="131,072"):
        await addons.write(1, sheets.view, options, out)
    os.close(out)


async def test_leaving_ends_what_is_at_work(
    slots: SlotPool, make_view: MakeView, stand_in: Callable[[str], Program]
) -> None:
    """A service that ends waits for no edit."""

    async def hang(addons: Addons) -> None:
        with pytest.raises(AddonFailed, match="SIGKILL"):
            await addons.edit(make_view(1), Flip())

    addons = Addons(slots=slots, program=stand_in)
    async with asyncio.TaskGroup() as group, addons:
        group.create_task(hang(addons))
        await until(addons.processes)
        addons.hurry()
    assert slots.stats().used == 1


async def test_real_tools_edit_measure_write_and_read(
    slots: SlotPool, make_view: MakeView, tmp_path: Path
) -> None:
    """The service's own program turns a page, makes a PDF, and reads it back."""
    page = make_view(128)

    @asynccontextmanager
    async def view(index: int) -> AsyncIterator[PageView]:
        del index
        yield page

    out = memory_file()
    async with Addons(slots=slots, log_path=tmp_path / "addons.log") as addons:
        addons.warm()
        turned = await addons.edit(page, Rotate(90))
        assert (turned.format.width_px, turned.format.height_px) == (40, 60)
        assert (await addons.measure(page, FindSkew())).angle == 0
        await addons.write(2, view, SaveOptions(FileType.PDF), out)
        request = ReadRequest(out, "two.pdf")
        pages = [again async for again in addons.read(request)]
    os.close(out)
    assert [again.format.width_px for again in pages] == [60, 60]
    assert abs(pages[0].pixels[0] - 128) < 3


async def test_real_tools_append_to_a_tiff(
    slots: SlotPool, sheets: Sheets, tmp_path: Path
) -> None:
    """The service's own program makes one file of both; what is none is refused."""
    out, appended, noise = memory_file(), memory_file(), memory_file(b"noise")
    done: list[int] = []
    wish = SaveOptions(FileType.TIFF)
    async with Addons(slots=slots, log_path=tmp_path / "addons.log") as addons:
        await addons.write(1, sheets.view, wish, out)
        await addons.write(
            2, sheets.view, wish, appended, existing_fd=out, progress=done.append
        )
        pages = [page async for page in addons.read(ReadRequest(appended))]
        with pytest.raises(UnreadableFile, match="no TIFF"):
            await addons.write(1, sheets.view, wish, out, existing_fd=noise)
    assert [page.pixels[0] for page in pages] == [0, 0, 1]
    assert done == [0, 1, 2]
    for descriptor in (out, appended, noise):
        os.close(descriptor)
