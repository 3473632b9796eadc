"""Ten colour pages to one PDF beside `img2pdf`, from the same JPEGs.

    python -m benchmarks.pdf_pages --rounds 15 --json

A4, 300 dpi, drawn by the fixtures. Both pass the JPEGs on as they are and write into a
file in memory. The contenders take turns, so that a busy moment of the machine hits
both. It is a measurement, never a test: a slow run is no failure.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

import img2pdf

from benchmarks.figures import Spread
from scanwright.imaging.files.jpeg import write_jpeg
from scanwright.imaging.files.pages import PageIn
from scanwright.imaging.files.reading import open_file
from scanwright.imaging.files.writing import write_file
from scanwright.protocol.saving import FileType, SaveOptions

PAGES: Final = 10
PAGE: Final = Path("build/fixtures/a4-300-color.png")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and print a line or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15, help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(argv)
    if not PAGE.exists():
        parser.error(f"{PAGE} is missing; run `python fixtures/build.py {PAGE.stem}`")
    ours, theirs = race(scanned_page(PAGE), max(1, options.rounds))
    ratio = median(ours) / median(theirs)
    if options.json:
        print(json.dumps({"ratio": ratio, "ours_s": ours, "img2pdf_s": theirs}))
    else:
        print(f"{PAGES} pages to one PDF: {_spelled(ours)}, img2pdf {_spelled(theirs)}")
        print(f"ratio of the medians: {ratio:.2f}")
    return 0


def race(page: PageIn, rounds: int) -> tuple[list[float], list[float]]:
    """Let the contenders take turns, after a round that does not count."""
    ours, theirs = [], []
    jpegs = [page.original_jpeg] * PAGES
    for _ in range(rounds + 1):
        ours.append(_seconds(lambda: write_pdf([page] * PAGES)))
        theirs.append(_seconds(lambda: img2pdf.convert(jpegs, outputstream=BytesIO())))
    return ours[1:], theirs[1:]


def scanned_page(file: Path) -> PageIn:
    """Return the drawn page as one that a scanner delivered as JPEG."""
    (drawn,) = open_file(file.read_bytes(), name=file.name)
    jpeg = BytesIO()
    write_jpeg(PageIn(drawn.raster), 80, jpeg)
    return PageIn(drawn.raster, jpeg.getvalue())


def write_pdf(pages: Sequence[PageIn]) -> None:
    """Write the pages as the service does."""
    options = SaveOptions(FileType.PDF)
    write_file(pages, options, BytesIO(), progress=lambda _: None)


def _seconds(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return perf_counter() - begin


def _spelled(seconds: Sequence[float]) -> str:
    spread = Spread.of([second * 1000 for second in seconds])
    return f"{spread.median:.1f} ms ({spread.least:.1f} to {spread.most:.1f})"


if __name__ == "__main__":
    sys.exit(main())
