"""Virtual scanners beside their peers: libsane's test backend, and a file server.

    make bench-simulators ARGS="--rounds 7 --json"

A4, 300 dpi, colour, ten feeder pages. The contenders take turns, so that a busy moment
of the machine hits both; a ratio is the median of the ratios of neighbours. Then the
same with a hundred devices in one process, and the memory of a thousand loaded pages.
"""

from __future__ import annotations

import argparse
import http.client
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlsplit

from PIL import Image

from benchmarks.figures import memory_of
from scanwright_simulators.control.client import ControlClient

PAGES: Final = 10
LOADED: Final = 1000
GOALS: Final = {"sane": 1.0, "escl": 1.5, "identity": 1.5, "hundred": 1.1}
DEVICE: Final = """
[[scanner]]
name = "Racer"
sheets = 10

[sane_test]
devices = 1
"""
HUNDRED: Final = DEVICE + '[[scanner]]\nname = "Crowd"\ncount = 99\n'
ADF: Final = {
    "scanwright:racer": "ADF",
    "test:0": "Automatic Document Feeder",
}
TICKET: Final = (
    '<scan:ScanSettings xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" '
    'xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm">'
    "<pwg:InputSource>Feeder</pwg:InputSource><scan:ColorMode>RGB24</scan:ColorMode>"
    "<scan:XResolution>{dpi}</scan:XResolution>"
    "<scan:YResolution>{dpi}</scan:YResolution>"
    "<pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat></scan:ScanSettings>"
)


@dataclass(frozen=True, slots=True)
class Race:
    """Milliseconds a page of both contenders, round by round."""

    ours: list[float]
    peer: list[float]

    @property
    def ratio(self) -> float:
        """Ours over the peer's: the median of neighbours."""
        return median(a / b for a, b in zip(self.ours, self.peer, strict=True))


@dataclass(frozen=True, slots=True)
class MemoryUse:
    """MiB of the simulation's process: at rest, loaded, after all pages went out."""

    idle: float
    loaded: float
    scanned: float


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that was measured.

    `escl` is with files in the feeder, `identity` with generated pages: each of those
    is new, since it says who it is, and is drawn and encoded when it is asked for.
    """

    sane: Race
    escl: Race
    identity: Race
    hundred: Race
    memory: MemoryUse
    starts: dict[str, list[float]]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(argv)
    with TemporaryDirectory() as folder:
        result = measure(Path(folder), max(1, options.rounds))
    print(as_json(result) if options.json else as_table(result))
    return 0


def measure(folder: Path, rounds: int) -> Result:
    """Measure everything, each race `rounds` times."""
    with (
        simulation(folder, "one", DEVICE) as one,
        simulation(folder, "hundred", HUNDRED) as hundred,
    ):
        return Result(
            sane=race_sane(one, rounds),
            identity=race_escl(one, folder / "page.jpg", rounds),
            escl=race_files(one, folder, rounds),
            hundred=race_crowd(hundred, one, rounds),
            memory=measure_memory(one, folder),
            starts={
                "office": time_starts("office", rounds),
                "a hundred": time_starts(str(folder / "hundred.toml"), rounds),
            },
        )


def time_starts(scenario: str, rounds: int) -> list[float]:
    """Return milliseconds from the command to devices that answer, of each round."""
    times = []
    for _ in range(rounds):
        begun = perf_counter()
        with started(scenario):
            times.append(1000 * (perf_counter() - begun))
    return times


@contextmanager
def simulation(folder: Path, name: str, text: str) -> Iterator[dict[str, Any]]:
    """Run a scenario; yields what it says of itself."""
    file = folder / f"{name}.toml"
    file.write_text(text)
    with started(str(file)) as facts:
        yield facts


@contextmanager
def started(scenario: str) -> Iterator[dict[str, Any]]:
    """Run a scenario by name or file until the block ends."""
    command = [sys.executable, "-m", "scanwright", "simulate", scenario]
    with subprocess.Popen(
        [*command, "--json", "--until-eof"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.communicate(timeout=30)


def race_sane(facts: dict[str, Any], rounds: int) -> Race:
    """Read pages through our backend and through libsane's own, in turns."""
    return in_turns(
        partial(read_sane, facts, "scanwright:racer"),
        partial(read_sane, facts, "test:0"),
        rounds,
    )


def race_crowd(crowd: dict[str, Any], alone: dict[str, Any], rounds: int) -> Race:
    """Read pages of one device among a hundred, and of one that is alone."""
    name = "scanwright:racer"
    return in_turns(
        partial(read_sane, crowd, name), partial(read_sane, alone, name), rounds
    )


def in_turns(ours: Callable[[], float], peer: Callable[[], float], rounds: int) -> Race:
    """Let both run in each round; who is first in one is second in the next."""
    race = Race([], [])
    for number in range(rounds):
        for run, times in ((ours, race.ours), (peer, race.peer))[:: (-1) ** number]:
            times.append(run())
    return race


def read_sane(facts: dict[str, Any], device: str) -> float:
    """Return the median of milliseconds a page, read by a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.sane_reader", device, ADF[device], "10"],
        env={**facts["environment"], "PATH": "/usr/bin:/bin"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    seconds: list[float] = json.loads(done.stdout)["seconds"]
    return 1000 * median(seconds)


def race_files(facts: dict[str, Any], folder: Path, rounds: int) -> Race:
    """The same race with files of the user's own in the feeder."""
    files = folder / "files"
    files.mkdir()
    for number, page in enumerate(fetch_job(address_of(facts))[1]):
        (files / f"{number}.jpg").write_bytes(page)
    client = ControlClient(facts["control"], "Racer", timeout_s=120)
    client.load(files)
    race = race_escl(facts, folder / "page.jpg", rounds)
    client.reset()
    return race


def race_escl(facts: dict[str, Any], page: Path, rounds: int) -> Race:
    """Fetch pages of an eSCL job, and the same bytes from a file server, in turns."""
    address = address_of(facts)
    page.write_bytes(fetch_job(address)[1][-1])
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.file_server", str(page)],
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        fetch_files(port)
        race = in_turns(
            lambda: fetch_job(address)[0], lambda: fetch_files(port), rounds
        )
        server.terminate()
    return race


def address_of(facts: dict[str, Any]) -> str:
    """Return where the device answers eSCL."""
    address: str = next(d["address"] for d in facts["devices"] if d["type"] == "escl")
    return address


def fetch_job(address: str, dpi: int = 300) -> tuple[float, list[bytes]]:
    """Return milliseconds a page of one job, without its start, and its pages."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    body = TICKET.format(dpi=dpi)
    connection.request("POST", f"{parts.path}/ScanJobs", body)
    answer = connection.getresponse()
    assert answer.status == 201, answer.read()
    answer.read()
    job = urlsplit(answer.headers["Location"]).path
    pages, begun = [], perf_counter()
    while page := fetch(connection, f"{job}/NextDocument"):
        pages.append(page)
    seconds = perf_counter() - begun
    connection.close()
    return 1000 * seconds / len(pages), pages


def fetch_files(port: int) -> float:
    """Return milliseconds a page from the file server."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    begun = perf_counter()
    for _ in range(PAGES):
        assert fetch(connection, "/page")
    seconds = perf_counter() - begun
    connection.close()
    return 1000 * seconds / PAGES


def fetch(connection: http.client.HTTPConnection, path: str) -> bytes:
    """Return what is at `path`, nothing where the answer is 404."""
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status in {200, 404}, answer.status
    return body if answer.status == 200 else b""


def measure_memory(facts: dict[str, Any], folder: Path) -> MemoryUse:
    """Load a thousand different images and scan them all."""
    address = address_of(facts)
    pages = folder / "pages"
    pages.mkdir()
    for number in range(LOADED):
        picture = Image.new("L", (620, 877), number % 200)
        picture.save(pages / f"{number:04}.png", dpi=(75, 75))
    client = ControlClient(facts["control"], "Racer", timeout_s=120)
    fetch_job(address, dpi=75)
    idle = memory_of(facts["pid"]).rss
    client.load(pages)
    loaded = memory_of(facts["pid"]).rss
    fetch_job(address, dpi=75)
    return MemoryUse(idle, loaded, memory_of(facts["pid"]).rss)


def as_json(result: Result) -> str:
    """Spell everything for programs."""
    ratios = {name: getattr(result, name).ratio for name in GOALS}
    return json.dumps({"ratios": ratios, **asdict(result)}, indent=2)


def as_table(result: Result) -> str:
    """Spell the findings for people."""
    titles = {
        "sane": ("SANE face", "libsane's test backend"),
        "escl": ("eSCL face, files", "a file server of the same bytes"),
        "identity": ("eSCL, generated", "a file server of the same bytes"),
        "hundred": ("one of a hundred", "one alone"),
    }
    rows = ["ms a page, A4, 300 dpi, colour: median of the rounds"]
    for name, (ours, peer) in titles.items():
        race: Race = getattr(result, name)
        verdict = "reached" if race.ratio <= GOALS[name] else "missed"
        rows.append(
            f"{ours:<17} {median(race.ours):6.1f}   {peer:<32} {median(race.peer):6.1f}"
            f"   ratio {race.ratio:.2f}, goal {GOALS[name]} {verdict}",
        )
    memory = result.memory
    rows.append(
        f"memory, MiB RSS: idle {memory.idle:.0f}, {LOADED} pages loaded "
        f"{memory.loaded:.0f}, all of them scanned {memory.scanned:.0f}",
    )
    for name, times in result.starts.items():
        rows.append(f"start of {name}: {median(times):.0f} ms until devices answer")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main())
