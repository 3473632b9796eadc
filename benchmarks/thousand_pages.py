"""A thousand pages in one buffer: does memory stay flat, and does speed?

    make bench-buffer ARGS="--pages 1000 --memory 200"

A4, 300 dpi, colour, from SANE's test backend, in stacks of ten, into one page
session with little memory. Told are the time for each stack, the most memory that main
had beside that of the first stack, what lies in the cache, whether any of it looks like
a picture, and what is left of it after the session and after kill -9. With `--assert`
a goal that is missed ends it with status 1.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final

from benchmarks.figures import memory_of
from benchmarks.page import Page, open_page
from benchmarks.service import GONE_S, serve_command
from benchmarks.verdict import add_option, pronounce
from benchmarks.waiting import wait_for

STACK: Final = 10
"""As many sheets as the feeder of the test backend has."""
GONE_WITHIN_S: Final = 10.0
MOST_BESIDE_PAGES_MIB: Final = 60
"""What main may take beyond the limit for pages."""
SLOWEST_LAST: Final = 1.5
"""How much longer than the first stack the last one may take."""
SETTINGS: Final = {
    "source": "feeder",
    "pixelType": "colour",
    "resolutionDpi": 300,
    "region": {"left": 0, "top": 0, "width": 210, "height": 297},
}
MAGIC: Final = (b"\x89PNG", b"\xff\xd8\xff", b"%PDF", b"II*\0", b"MM\0*", b"\x78\x01")
"""How files of pictures begin, and what deflate alone would leave behind."""


@dataclass(slots=True)
class Findings:
    """What came out. Memory in MiB, times in seconds for a page."""

    pages: int
    limit_mib: int
    peak_first_mib: float = 0.0
    peak_mib: float = 0.0
    seconds_a_page: list[float] = field(default_factory=list)
    cache_files: int = 0
    cache_mib: float = 0.0
    legible_files: int = 0
    left_after_close: int = -1
    left_after_kill: int = -1

    def text(self) -> str:
        """Say it in lines."""
        first, last = self.seconds_a_page[0], self.seconds_a_page[-1]
        slowest = max(self.seconds_a_page)
        return f"""\
{self.pages} pages with a limit of {self.limit_mib} MiB
main: {self.peak_mib:.0f} MiB at most, {self.peak_first_mib:.0f} in the first {STACK}
a page: {1e3 * first:.0f} ms at first, {1e3 * last:.0f} at last ({last / first:.2f})
slowest stack of {STACK}: {slowest / first:.2f} times the first
cache: {self.cache_files} files, {self.cache_mib:.0f} MiB, {self.legible_files} legible
files left: {self.left_after_close} after close, {self.left_after_kill} after kill -9"""

    def misses(self) -> list[str]:
        """Return a sentence for each goal that is missed."""
        return [sentence for is_missed, sentence in self._goals() if is_missed]

    def _goals(self) -> Iterator[tuple[bool, str]]:
        most = self.limit_mib + MOST_BESIDE_PAGES_MIB
        yield (
            self.peak_mib > most,
            f"Main took {self.peak_mib:.0f} MiB, more than {most}.",
        )
        growth = self.seconds_a_page[-1] / self.seconds_a_page[0]
        yield (
            growth > SLOWEST_LAST,
            f"The last stack took {growth:.2f} times the first, over {SLOWEST_LAST}.",
        )
        yield (
            not self.cache_files,
            "No page went to the cache, so nothing is known of it: scan more pages.",
        )
        yield (
            bool(self.legible_files),
            f"{self.legible_files} files in the cache can be read as pictures.",
        )
        yield (
            self.left_after_close != 0,
            f"{self.left_after_close} files were left after the session.",
        )
        yield (
            self.left_after_kill != 0,
            f"{self.left_after_kill} files were left after kill -9 and a new start.",
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and print lines or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=1000, help="default: %(default)s")
    parser.add_argument("--memory", type=int, default=200, metavar="MIB")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_option(parser)
    options = parser.parse_args(argv)
    if "SANE_CONFIG_DIR" not in os.environ:
        parser.error("the test device is missing; run `make bench-buffer`")
    with TemporaryDirectory() as folder:
        found = asyncio.run(measure(Path(folder), options.pages, options.memory))
    print(json.dumps(asdict(found)) if options.json else found.text())
    return pronounce(found.misses()) if options.asserts else 0


async def measure(folder: Path, pages: int, memory_mib: int) -> Findings:
    """Fill a buffer, look at everything, and end it in two ways."""
    home = folder / "home"
    found = Findings(pages, memory_mib)
    with running(home, memory_mib) as (process, facts):
        async with open_page(facts["api"]) as page:
            await _fill(page, facts["pid"], pages, found)
            _look(home, found)
        wait_for(lambda: not _files(home), GONE_WITHIN_S)
        found.left_after_close = len(_files(home))
        async with open_page(facts["api"]) as page:
            await _fill(page, facts["pid"], 2 * STACK, Findings(0, 0))
            for victim in _family(process.pid):
                os.kill(victim, signal.SIGKILL)
            await page.socket.close()
    with running(home, memory_mib):
        found.left_after_kill = len(_files(home))
    return found


async def _fill(page: Page, main: int, pages: int, found: Findings) -> None:
    device = (await page.call("scanner.list", types=0x100))["scanners"][0]["device"]
    for _ in range(0, pages, STACK):
        begin = perf_counter()
        settings = {**SETTINGS, "pageLimit": STACK}
        await page.call("scan.start", device=device, settings=settings)
        found.seconds_a_page.append((perf_counter() - begin) / STACK)
        peak = memory_of(main).peak
        found.peak_first_mib = found.peak_first_mib or peak
        found.peak_mib = peak
        print(f"{len(found.seconds_a_page) * STACK} pages", file=sys.stderr)


def _look(home: Path, found: Findings) -> None:
    files = _files(home)
    found.cache_files = len(files)
    found.cache_mib = sum(file.stat().st_size for file in files) / (1 << 20)
    for file in files:
        with file.open("rb") as content:
            found.legible_files += content.read(4).startswith(MAGIC)


def _files(home: Path) -> list[Path]:
    return [file for file in (home / "cache").rglob("*") if file.is_file()]


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return [pid, *(kin for child in children for kin in _family(int(child)))]


@contextmanager
def running(home: Path, memory_mib: int) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Start a service with so much memory for pages; it may be killed meanwhile."""
    command = [*serve_command(home, 0), "--page-memory", str(memory_mib)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(GONE_S)


if __name__ == "__main__":
    sys.exit(main())
