"""What a page waits for, each beside a peer that does that one thing and no more.

    make bench-page ARGS="--rounds 9 --json"

- a call over the WebSocket, beside aiohttp's own echo;
- thumbnails of pages, beside Pillow in one process that has the pixels at hand;
- an image that is encoded already, beside a static file of aiohttp;
- sealing a page for the disk, beside AES-256-GCM alone on the same bytes.

The contenders take turns, so that a busy moment of the machine hits both. It is a
measurement, and no test: a slow run is a failure with `--assert` only, when a ratio is
above its goal.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import aiohttp
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from PIL import Image

from benchmarks.figures import Spread
from benchmarks.page import Page, open_page
from benchmarks.service import Service, ended, running_service
from benchmarks.verdict import add_option, pronounce
from scanwright.buffer.packing import pack
from scanwright.buffer.vault import Vault

PAGES: Final = 10
CALLS: Final = 500
CHUNK_BYTES: Final = 1 << 20
MEMORY_FOLDER: Final = "/dev/shm"  # noqa: S108  # a private folder is made inside it
SCAN: Final = {
    "source": "feeder",
    "pixelType": "colour",
    "resolutionDpi": 300,
    "region": {"left": 0, "top": 0, "width": 210, "height": 297},
    "pageLimit": PAGES,
}


CALL_GOAL: Final = 2.5
THUMBNAIL_GOAL: Final = 2.5
FETCH_GOAL: Final = 1.2
SEALING_GOAL: Final = 2.0
"""The most that each may take, in times of its peer: somewhat above what was measured,
so that it is missed by what has changed, and not by a busy machine."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One contest: seconds of each round, ours and the peer's, for `count` things."""

    name: str
    goal: float
    count: int
    ours: Sequence[float]
    peer: Sequence[float]

    @property
    def ratio(self) -> float:
        """The median of the ratios of neighbours; below 1 ours is faster."""
        return median(o / p for o, p in zip(self.ours, self.peer, strict=True))

    def line(self) -> str:
        """Say it in a line: microseconds for one of `count`."""
        ours, peer = (
            Spread.of([1e6 * second / self.count for second in seconds])
            for seconds in (self.ours, self.peer)
        )
        return (
            f"{self.name:<28} {ours.median:10.0f} us  peer {peer.median:10.0f} us  "
            f"ratio {self.ratio:.2f}  goal {self.goal}"
        )

    def misses(self) -> list[str]:
        """Return a sentence if the goal is missed."""
        if self.ratio <= self.goal:
            return []
        said = f"{self.name} took {self.ratio:.2f} times as long as its peer"
        return [f"{said[0].upper()}{said[1:]}, more than {self.goal}."]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_option(parser)
    options = parser.parse_args(argv)
    if "SANE_CONFIG_DIR" not in os.environ:
        parser.error("the test device is missing; run `make bench-page`")
    with TemporaryDirectory(dir=MEMORY_FOLDER) as folder:
        outcomes = asyncio.run(measure(Path(folder), max(1, options.rounds)))
    if options.json:
        told = {
            o.name: {"ratio": o.ratio, "goal": o.goal, "ours_s": o.ours}
            for o in outcomes
        }
        print(json.dumps(told))
    else:
        print("\n".join(outcome.line() for outcome in outcomes))
    misses = [miss for outcome in outcomes for miss in outcome.misses()]
    return pronounce(misses) if options.asserts else 0


async def measure(folder: Path, rounds: int) -> list[Outcome]:
    """Hold all contests."""
    with running_service(folder / "home") as service:
        api = f"http://127.0.0.1:{service.connection.port}"
        async with open_page(api) as page:
            images = await _scan(page, service)
            return [
                await _calls(page, rounds),
                await _thumbnails(page, images, rounds),
                await _fetches(page, images[0], folder, rounds),
                await _sealing(page, images[0], folder, rounds),
            ]


async def _scan(page: Page, service: Service) -> list[str]:
    await page.call("scan.start", device=service.device, settings=SCAN)
    state = await page.call("buffer.state")
    return [image["path"] for image in state["images"]]


async def _calls(page: Page, rounds: int) -> Outcome:
    async def ours() -> None:
        for _ in range(CALLS):
            await page.call("buffer.redo")

    async with _echo() as socket:

        async def peer() -> None:
            for _ in range(CALLS):
                await socket.send_str("{}")
                await socket.receive_str()

        contest = _Contest("a call over the WebSocket", CALL_GOAL, CALLS, rounds)
        return await contest.hold(ours, peer)


async def _thumbnails(page: Page, paths: Sequence[str], rounds: int) -> Outcome:
    """Each round asks for another size, so that none has been made before."""
    sizes = iter(range(200, 200 + 2 * rounds + 4))
    first = await page.get(paths[0] + "?type=image/png")
    pixels = Image.open(BytesIO(first)).convert("RGB")

    async def ours() -> None:
        side = next(sizes)
        for path in paths:
            await page.get(f"{path}?type=image/jpeg&width={side}&height={side}")

    async def peer() -> None:
        side = next(sizes)
        for _ in paths:
            small = pixels.resize(
                (round(side * pixels.width / pixels.height), side),
                Image.Resampling.BILINEAR,
                reducing_gap=2.0,
            )
            small.save(BytesIO(), "JPEG", quality=80)

    contest = _Contest("a thumbnail", THUMBNAIL_GOAL, len(paths), rounds)
    return await contest.hold(ours, peer)


async def _fetches(page: Page, path: str, folder: Path, rounds: int) -> Outcome:
    whole = f"{path}?type=image/jpeg"
    file = folder / "page.jpg"
    file.write_bytes(await page.get(whole))
    with _file_server(file) as url:

        async def ours() -> None:
            for _ in range(PAGES):
                await page.get(whole)

        async def peer() -> None:
            for _ in range(PAGES):
                async with page.client.get(url) as answer:
                    await answer.read()

        contest = _Contest("an image that is there", FETCH_GOAL, PAGES, rounds)
        return await contest.hold(ours, peer)


async def _sealing(page: Page, path: str, folder: Path, rounds: int) -> Outcome:
    """What is sealed is packed beforehand: that is another matter."""
    image = Image.open(BytesIO(await page.get(path + "?type=image/png")))
    pieces = pack(memoryview(image.tobytes()))
    vault = Vault(folder / "vault")
    data = b"".join(pieces)
    cipher, nonce = AESGCM(os.urandom(32)), os.urandom(12)
    number = 0

    async def ours() -> None:
        vault.discard(vault.seal([pieces]))

    async def peer() -> None:
        nonlocal number
        number += 1
        target = folder / f"peer{number}"
        with target.open("wb") as out:
            for at in range(0, len(data), CHUNK_BYTES):
                out.write(cipher.encrypt(nonce, data[at : at + CHUNK_BYTES], None))
        target.unlink()

    contest = _Contest("a page sealed", SEALING_GOAL, 1, rounds)
    return await contest.hold(ours, peer)


@dataclass(frozen=True, slots=True)
class _Contest:
    """What a contest is about: `count` things a round, in so many rounds."""

    name: str
    goal: float
    count: int
    rounds: int

    async def hold(
        self, ours: Callable[[], Awaitable[None]], peer: Callable[[], Awaitable[None]]
    ) -> Outcome:
        """Let the two take turns, after a round that does not count."""
        turns = [
            (await _seconds(ours), await _seconds(peer)) for _ in range(self.rounds + 1)
        ]
        times = zip(*turns[1:], strict=True)
        return Outcome(self.name, self.goal, self.count, *map(list, times))


async def _seconds(work: Callable[[], Awaitable[None]]) -> float:
    begin = perf_counter()
    await work()
    return perf_counter() - begin


@contextlib.asynccontextmanager
async def _echo() -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    command = [sys.executable, "-m", "benchmarks.echo_server"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: ASYNC220 - brief
    with ended(process):
        assert process.stdout is not None
        url = f"http://127.0.0.1:{int(process.stdout.readline())}/echo"
        async with aiohttp.ClientSession() as client, client.ws_connect(url) as socket:
            yield socket


@contextlib.contextmanager
def _file_server(file: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.file_server", str(file)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    with ended(process):
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/page"


if __name__ == "__main__":
    sys.exit(main())
