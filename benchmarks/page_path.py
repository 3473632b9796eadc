"""Ten feeder pages through the service beside `scanimage --batch`, on the same device.

    make bench ARGS="--rounds 15 --json"

A4, 300 dpi, colour, JPEG, from SANE's test backend into files in memory. The contenders
take turns, so that a busy moment of the machine hits both; a ratio is the median of the
ratios of neighbours. It is a measurement, never a test: a slow run is no failure.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from PIL import Image

from benchmarks.figures import Spread, children_of, cpu_seconds, memory_of, total_pss
from benchmarks.result import Race, Result, Stages, Starts, as_json, as_table
from benchmarks.scanimage import scan_batch
from benchmarks.service import PAGES, Service, running_service
from benchmarks.starts import bare_start, service_start
from scanwright.imaging.codecs import encode
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source

MEMORY_FOLDER: Final = "/dev/shm"  # noqa: S108  # a private folder is made inside it


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(argv)
    if "SANE_CONFIG_DIR" not in os.environ:
        parser.error("the test device is missing; run `make bench`")
    with TemporaryDirectory(dir=MEMORY_FOLDER) as folder:
        result = measure(Path(folder), max(1, options.rounds))
    print(as_json(result) if options.json else as_table(result))
    return 0


def measure(folder: Path, rounds: int) -> Result:
    """Measure everything, each thing `rounds` times."""
    home = folder / "home"
    starts = compare_starts(home, rounds)
    with running_service(home) as service:
        idle = memory_of(service.main)
        outcome = race(service, folder, rounds)
        stages = measure_stages(service, folder, rounds)
        peaks: list[float] = []
        service.scan(folder, lambda: peaks.append(total_pss(service.front)))
        workers = [memory_of(child) for child in children_of(service.main)]
        return Result(
            race=outcome,
            stages=stages,
            starts=starts,
            idle=idle,
            main=memory_of(service.main),
            worker=max(workers, key=lambda memory: memory.peak),
            peak_pss=max(peaks),
        )


def compare_starts(home: Path, rounds: int) -> Starts:
    """Start the service and a server that does nothing, in turns."""
    first_ever = service_start(home)
    turns = [(service_start(home), bare_start()) for _ in range(rounds)]
    return Starts(first_ever, [ours for ours, _ in turns], [bare for _, bare in turns])


def race(service: Service, folder: Path, rounds: int) -> Race:
    """Let the contenders take turns, after a round that does not count."""
    service.scan(folder)
    scan_batch(folder)
    busy = cpu_seconds(service.main)
    turns = [(service.scan(folder), scan_batch(folder)) for _ in range(rounds)]
    cpu = cpu_seconds(service.main).since(busy)
    files = {name: folder / f"{name}{PAGES}.jpg" for name in ("service", "scanimage")}
    return Race(
        runs=[run for run, _ in turns],
        batches=[batch for _, batch in turns],
        cpu=cpu,
        sizes={name: Image.open(file).size for name, file in files.items()},
        file_bytes={name: file.stat().st_size for name, file in files.items()},
    )


def measure_stages(service: Service, folder: Path, rounds: int) -> Stages:
    """Measure what a job does side by side, one after the other."""
    apart = [service.scan_then_fetch() for _ in range(rounds)]
    return Stages(
        scan_ten=Spread.of([scan for scan, _ in apart]),
        fetch_ten=Spread.of([fetch for _, fetch in apart]),
        encode_one=time_encoding(folder / f"service{PAGES}.jpg", rounds),
    )


def time_encoding(file: Path, rounds: int) -> Spread:
    """Encode a page again as the service does, in this process."""
    with Image.open(file) as image:
        form = PageFormat(
            width_px=image.width,
            height_px=image.height,
            depth=Depth(PixelType.RGB, 8),
            resolution_dpi=(300, 300),
            source=Source.FEEDER,
        )
        pixels = memoryview(image.convert("RGB").tobytes())
    seconds = []
    for _ in range(rounds):
        begin = perf_counter()
        encode(pixels, form, "image/jpeg")
        seconds.append(perf_counter() - begin)
    return Spread.of(seconds)


if __name__ == "__main__":
    sys.exit(main())
