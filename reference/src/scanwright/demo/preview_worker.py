"""A process that looks into one file: how many pages, and a small picture of the first.

The file is standard input and comes of anybody, so the process gives up what it does
not need before it reads a byte: memory, time, files. Whatever the file does to its
decoder, the server sees only a process that has ended. On standard output come a line
of JSON, `{"pages": n}`, and a PNG; after trouble nothing.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["look", "main"]

MEMORY_BYTES: Final = 1024 * 1024 * 1024
CPU_S: Final = 10
FILES: Final = 64
MOST_PIXELS: Final = 120_000_000
BOX_PX: Final = 320
LIMITS: Final = {
    resource.RLIMIT_AS: MEMORY_BYTES,
    resource.RLIMIT_CPU: CPU_S,
    resource.RLIMIT_NOFILE: FILES,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
}


def main() -> None:
    """Look at standard input."""
    for limit, value in LIMITS.items():
        resource.setrlimit(limit, (value, value))
    pages, picture = look(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps({"pages": pages}).encode() + b"\n" + picture)


def look(data: bytes) -> tuple[int, bytes]:
    """Return the number of pages, and the first one as PNG of at most 320 x 320 px."""
    pages, image = _pdf(data) if b"%PDF-" in data[:1024] else _image(data)
    image.thumbnail((BOX_PX, BOX_PX))
    output = io.BytesIO()
    image.convert("RGB").save(output, "PNG", optimize=True)
    return pages, output.getvalue()


def _pdf(data: bytes) -> tuple[int, Image]:
    from pypdfium2 import PdfDocument

    document = PdfDocument(data)
    page = document[0]
    scale = BOX_PX / max(*page.get_size(), 1)
    return len(document), page.render(scale=scale).to_pil()


def _image(data: bytes) -> tuple[int, Image]:
    from PIL import Image

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    image = Image.open(io.BytesIO(data))
    pages = int(getattr(image, "n_frames", 1))
    image.seek(0)
    image.draft("RGB", (BOX_PX, BOX_PX))
    if image.mode.startswith(("I", "F")):  # 16 bits: Pillow would cut off the bright
        return pages, image.point(lambda value: value / 256).convert("L")
    return pages, image


if __name__ == "__main__":
    main()
