"""What the benchmark found, and how it is printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from statistics import median
from typing import Final

from benchmarks.figures import Cpu, Memory, Spread
from benchmarks.scanimage import Batch
from benchmarks.service import PAGES, Run

__all__ = ["Race", "Result", "Stages", "Starts", "as_json", "as_table"]

GOAL: Final = 0.9


@dataclass(frozen=True, slots=True)
class Race:
    """Every round of both contenders, and the last file of each: size and bytes.

    `cpu` is what the service, as own, and its scan worker took in all rounds together.
    """

    runs: list[Run]
    batches: list[Batch]
    cpu: Cpu
    sizes: dict[str, tuple[int, int]]
    file_bytes: dict[str, int]

    @property
    def ratio(self) -> float:
        """The service's time over scanimage's: the median of neighbours."""
        return median(
            run.total / batch.seconds
            for run, batch in zip(self.runs, self.batches, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Stages:
    """Parts of the work, each measured alone."""

    scan_ten: Spread
    fetch_ten: Spread
    encode_one: Spread


@dataclass(frozen=True, slots=True)
class Starts:
    """Seconds from start to first answer; the very first makes the certificates."""

    first_ever: float
    service: list[float]
    bare: list[float]

    @property
    def ratio(self) -> float:
        """The service's time over a bare server's: the median of neighbours."""
        return median(
            ours / bare for ours, bare in zip(self.service, self.bare, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that was measured; memory in MiB."""

    race: Race
    stages: Stages
    starts: Starts
    idle: Memory
    main: Memory
    worker: Memory
    peak_pss: float


def as_json(result: Result) -> str:
    """Spell everything for programs."""
    ratios = {"ratio": result.race.ratio, "start_ratio": result.starts.ratio}
    return json.dumps({**ratios, **asdict(result)}, indent=2)


def as_table(result: Result) -> str:
    """Spell the findings for people."""
    return "\n".join(
        [
            *_race_rows(result.race),
            "",
            *_stage_rows(result.race.runs, result.stages),
            "",
            *_cpu_rows(result.race),
            "",
            *_memory_rows(result),
            "",
            *_start_rows(result.starts),
        ],
    )


def _race_rows(race: Race) -> Iterator[str]:
    yield f"{PAGES} feeder pages, A4, 300 dpi, colour, JPEG       median   min   max ms"
    yield _row("service, over HTTP", Spread.of([run.total for run in race.runs]))
    yield _row("scanimage --batch", Spread.of([b.seconds for b in race.batches]))
    verdict = "reached" if race.ratio <= GOAL else "missed"
    yield f"ratio {race.ratio:.2f} over {len(race.runs)} rounds; goal {GOAL} {verdict}"
    for name, (width, height) in race.sizes.items():
        kilobytes = race.file_bytes[name] / 1000
        yield f"  a page of {name:<10} {width} x {height}, {kilobytes:.0f} kB"
    yield "  JPEG quality: service 80, scanimage 75"


def _stage_rows(runs: list[Run], stages: Stages) -> Iterator[str]:
    yield "Where the service's time goes"
    yield _row("create the job, open the device", Spread.of([r.create for r in runs]))
    yield _row("first page", Spread.of([r.first_page for r in runs]))
    yield _row(
        "each further page",
        Spread.of([r.other_pages / (PAGES - 1) for r in runs]),
    )
    yield _row("end of pages, delete", Spread.of([r.end for r in runs]))
    yield _row("alone: create and scan ten pages", stages.scan_ten)
    yield _row("alone: encode and send ten pages", stages.fetch_ten)
    yield _row("alone: encode one page, one thread", stages.encode_one)


def _cpu_rows(race: Race) -> Iterator[str]:
    rounds = len(race.runs)
    scanimage = sum(batch.cpu for batch in race.batches)
    yield "Busy processors for ten pages, ms            mean"
    for name, seconds in (
        ("main", race.cpu.own),
        ("scan worker", race.cpu.children),
        ("scanimage", scanimage),
    ):
        yield f"  {name:<40}{seconds / rounds * 1000:8.0f}"


def _memory_rows(result: Result) -> Iterator[str]:
    yield "Memory, MiB                              peak RSS   RSS  shared   PSS"
    for name, memory in (
        ("main, idle after start", result.idle),
        ("main, after all runs", result.main),
        ("scan worker, after all runs", result.worker),
    ):
        yield (
            f"  {name:<40}{memory.peak:7.0f}{memory.rss:6.0f}"
            f"{memory.shared:8.0f}{memory.pss:6.0f}"
        )
    yield f"  all processes, peak of PSS in one job {result.peak_pss:27.0f}"
    scanimage = max(batch.peak for batch in result.race.batches)
    yield f"  {'scanimage':<40}{scanimage:7.0f}"


def _start_rows(starts: Starts) -> Iterator[str]:
    yield "First answer after start                    median   min   max ms"
    yield _row("service", Spread.of(starts.service))
    yield _row("bare aiohttp server", Spread.of(starts.bare))
    yield f"ratio {starts.ratio:.2f}"
    yield f"  first start ever, makes the certificates {starts.first_ever * 1000:7.0f}"


def _row(name: str, seconds: Spread) -> str:
    return (
        f"  {name:<40}{seconds.median * 1000:8.0f}"
        f"{seconds.least * 1000:6.0f}{seconds.most * 1000:6.0f}"
    )
