"""Small pictures that a check knows pixel by pixel: each number is another one.

No two are alike, and none is like itself turned or mirrored: what becomes of one in a
service is seen from its pixels alone.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "DPI",
    "HEIGHT_PX",
    "WIDTH_PX",
    "drawing",
    "drawn_pdf",
    "drawn_tiff",
    "gray_of",
    "pixels_of",
]

WIDTH_PX: Final = 60
HEIGHT_PX: Final = 40
DPI: Final = 100
DARKEST: Final = 40
STEP: Final = 40
GRAIN: Final = 16
POINTS: Final = 72
"""Of an inch."""


@cache
def drawing(number: int) -> Image:
    """Return the picture `number`, from 1 to 5: 8 bits of gray, brighter by number."""
    from PIL import Image

    base = DARKEST + STEP * (number - 1)
    samples = bytes(
        base + (x * 5 + y * 11 + x * y * number) % GRAIN
        for y in range(HEIGHT_PX)
        for x in range(WIDTH_PX)
    )
    return Image.frombytes("L", (WIDTH_PX, HEIGHT_PX), samples)


def drawn_tiff(*numbers: int) -> bytes:
    """Return a TIFF with a page for each picture, without loss, of 100 dpi."""
    # copies: Pillow notes in a picture how it was saved
    first, *others = (drawing(number).copy() for number in numbers)
    file = BytesIO()
    first.save(
        file,
        "TIFF",
        save_all=True,
        append_images=others,
        compression="tiff_lzw",
        dpi=(DPI, DPI),
    )
    return file.getvalue()


def drawn_pdf(*numbers: int) -> bytes:
    """Return a PDF with a page for each picture, of its size at 100 dpi and its gray.

    Pages are drawn and not pictures, so that they have no resolution of their own.
    """
    kids = " ".join(f"{2 * place + 3} 0 R" for place in range(len(numbers)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(numbers)}/Kids[{kids}]>>",
    ]
    width, height = (side * POINTS / DPI for side in (WIDTH_PX, HEIGHT_PX))
    for number in numbers:
        content = f"{gray_of(number):.3f} g 0 0 {width:g} {height:g} re f"
        box = f"/MediaBox[0 0 {width:g} {height:g}]/Contents {len(objects) + 2} 0 R"
        objects += [
            f"<</Type/Page/Parent 2 0 R{box}>>",
            f"<</Length {len(content)}>>stream\n{content}\nendstream",
        ]
    return _pdf(objects)


def pixels_of(image: Image) -> str:
    """Return the SHA-256 of pixels, as `ImageFacts.pixels_sha256` of a PNG has it."""
    return sha256(image.mode.encode() + image.tobytes()).hexdigest()


def gray_of(number: int) -> float:
    """Return the mean of the picture `number` as a fraction of white."""
    samples = drawing(number).tobytes()
    return sum(samples) / len(samples) / 255


def _pdf(objects: list[str]) -> bytes:
    """Return the file of these objects, whose numbers count from 1; 1 is the root."""
    file, places = "%PDF-1.4\n", list[int]()
    for number, each in enumerate(objects, start=1):
        places.append(len(file))
        file += f"{number} 0 obj{each}endobj\n"
    entries = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    return (
        f"{file}xref\n0 {count}\n0000000000 65535 f \n{entries}"
        f"trailer<</Size {count}/Root 1 0 R>>\nstartxref\n{len(file)}\n%%EOF\n"
    ).encode()
