"""The preview process: pages and a small picture, under limits."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
from typing import Any

import pytest
from PIL import Image
from pypdfium2 import PdfDocument

from scanwright.demo import preview_worker
from scanwright.demo.preview_worker import look


def image(kind: str, mode: str = "RGB", count: int = 1, **more: Any) -> bytes:
    """Make a file of white pages, 800 x 400 px."""
    pages = [Image.new(mode, (800, 400), "white") for _ in range(count)]
    output = io.BytesIO()
    if count > 1:
        more |= {"save_all": True, "append_images": pages[1:]}
    pages[0].save(output, kind, **more)
    return output.getvalue()


def pdf(count: int) -> bytes:
    """Make a PDF of empty pages, twice as high as wide."""
    document = PdfDocument.new()
    for _ in range(count):
        document.new_page(100, 200)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


@pytest.mark.parametrize(
    ("data", "pages", "size"),
    [
        (image("PNG"), 1, (320, 160)),
        (image("PNG", "1"), 1, (320, 160)),
        (image("PNG", "RGBA"), 1, (320, 160)),
        (image("JPEG", "CMYK"), 1, (320, 160)),
        (image("TIFF", "L", 3), 3, (320, 160)),
        (image("BMP"), 1, (320, 160)),
        (pdf(2), 2, (160, 320)),
    ],
)
def test_first_pages_become_small_pictures(
    data: bytes, pages: int, size: tuple[int, int]
) -> None:
    """Of every type that a scan is saved as; the ratio stays."""
    found, picture = look(data)
    small = Image.open(io.BytesIO(picture))
    assert (found, small.format, small.size) == (pages, "PNG", size)


def test_deep_grays_stay_gray() -> None:
    """16 bits of a sample are brought to 8."""
    deep = Image.new("I;16", (10, 10), 0x8000)
    output = io.BytesIO()
    deep.save(output, "PNG")
    _, picture = look(output.getvalue())
    assert Image.open(io.BytesIO(picture)).getpixel((5, 5)) == (128, 128, 128)


@pytest.mark.parametrize(
    "data", [b"", b"nothing", b"%PDF-1.7 broken", image("PNG")[:60]]
)
@pytest.mark.slow
def test_what_it_cannot_read_ends_it(data: bytes) -> None:
    """It says nothing then, and its exit status is not 0."""
    command = [sys.executable, "-I", "-m", preview_worker.__name__]
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    assert done.returncode != 0
    assert done.stdout == b""


@pytest.mark.slow
def test_it_lives_under_its_limits() -> None:
    """Memory, time and files are bounded before anything is read."""
    code = (
        "import io, resource, sys\n"
        "from scanwright.demo import preview_worker as w\n"
        "w.look = lambda data: (resource.getrlimit(resource.RLIMIT_AS)[0], b'')\n"
        "w.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=b"", capture_output=True, check=True
    )
    assert str(preview_worker.MEMORY_BYTES).encode() in done.stdout
    assert resource.RLIMIT_CPU in preview_worker.LIMITS
