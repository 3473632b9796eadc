"""What generated pages show below their identity: a table of drawing functions.

Everything is drawn by code, the same for the same seed, and begins at `TOP_MM`. The
identity band above ends at a whole strip row wherever the view begins, up to 5 mm
below its own 42 mm.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from scanwright_simulators.device.canvas import Canvas, Color, px

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

__all__ = [
    "Motif",
    "Sheet",
    "barcodes",
    "cheque",
    "form",
    "landscape",
    "letter",
    "receipt",
    "symbol",
    "test_page",
]

TOP_MM: Final = 48.0
MARGIN_MM: Final = 8.0
LINE_MM: Final = 6.4
PHOTO_MM: Final = 76.0

PALE: Final[Color] = (222, 230, 240)
BLUE: Final[Color] = (28, 52, 140)
RED: Final[Color] = (170, 30, 30)
WRITTEN: Final[Color] = (20, 40, 120)

PANGRAMS: Final = (
    "The quick brown fox jumps over the lazy dog while 0123456789 sheets wait.",
    "Every page that leaves this feeder is numbered; count them, then count again.",
    "Jackdaws love my big sphinx of quartz: thin strokes show a poor threshold.",
    "What was scanned once must arrive once, whole, in order, and on its right side.",
)
PROSE: Final = (
    "paper light lamp glass feeder margin page sheet order number letter archive "
    "receipt invoice copy signature stamp folder office delivery between before "
    "after with without for the the the a of of and and to in on by is was has been"
)
WORDS: Final = tuple(PROSE.split())
DIGITS: Final = (
    *("zero", "one", "two", "three", "four"),
    *("five", "six", "seven", "eight", "nine"),
)
NAMES: Final = ("Ada", "Babbage", "Carlson", "Daguerre", "Elster", "Fox", "Gutenberg")
GOODS: Final = (
    "COFFEE BEANS 500G",
    "WHOLE MILK 1L",
    "RYE BREAD",
    "APPLES LOOSE",
    "BLACK TEA 50 BAGS",
    "OLIVE OIL 0.75L",
    "PAPER A4 500 SHEETS",
    "PENCILS HB 12",
    "TOMATOES",
    "BUTTER 250G",
)
CODES: Final = (
    ("QRCode", 8.0, 0.0, 40.0, "https://example.org/scan?page=1"),
    ("DataMatrix", 78.0, 0.0, 32.0, "DM 0123456789 data matrix"),
    ("Aztec", 140.0, 0.0, 32.0, "AZTEC-42"),
    ("PDF417", 8.0, 60.0, 120.0, "PDF417 holds much more text than one would think"),
    ("Code128", 8.0, 110.0, 80.0, "SCANWRIGHT-128"),
    ("EAN13", 110.0, 110.0, 50.0, "4006381333931"),
    ("Code39", 8.0, 160.0, 40.0, "CODE-39"),
    ("ITF", 110.0, 160.0, 60.0, "00012345678905"),
)
"""Symbology, left, top below `TOP_MM`, greatest width, content."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper that is drawn on; equal seeds, equal pictures."""

    width_mm: float
    height_mm: float
    seed: tuple[int, int]

    @property
    def right_mm(self) -> float:
        """Where the right margin begins."""
        return self.width_mm - MARGIN_MM

    @property
    def text_mm(self) -> float:
        """What is between the margins."""
        return self.width_mm - 2 * MARGIN_MM

    def dice(self) -> random.Random:
        """Return dice of this sheet, always in the same state."""
        return random.Random(f"{self.seed[0]}/{self.seed[1]}")  # noqa: S311  no secret

    def many_dice(self) -> np.random.Generator:
        """Return dice for whole pictures; numpy takes no seed below 0."""
        import numpy as np

        return np.random.default_rng([part % 2**64 for part in self.seed])

    def lines(self, top_mm: float, step_mm: float = LINE_MM) -> Iterator[float]:
        """Give places of lines from `top_mm` down to the margin."""
        y_mm = top_mm
        while y_mm + step_mm <= self.height_mm - MARGIN_MM:
            yield y_mm
            y_mm += step_mm


Motif = Callable[[Canvas, Sheet], None]


def symbol(text: str, symbology: str = "QRCode") -> Image.Image:
    """Return a barcode of one pixel a module."""
    import numpy as np
    import zxingcpp
    from PIL import Image

    kind = getattr(zxingcpp.BarcodeFormat, symbology)
    options = {"ec_level": "M"} if symbology == "QRCode" else {}
    code = zxingcpp.create_barcode(text, kind, **options)
    return Image.fromarray(np.asarray(code.to_image(scale=1, add_quiet_zones=False)))


def test_page(canvas: Canvas, sheet: Sheet) -> None:
    """Draw soft clouds, and lines of text below."""
    clouds = _clouds(sheet)
    canvas.picture(MARGIN_MM, TOP_MM, sheet.text_mm, PHOTO_MM, clouds)
    for number, y_mm in enumerate(sheet.lines(TOP_MM + PHOTO_MM + MARGIN_MM)):
        canvas.text(MARGIN_MM, y_mm, PANGRAMS[number % len(PANGRAMS)])


def letter(canvas: Canvas, sheet: Sheet) -> None:
    """Draw a letter: a heading, and paragraphs of words."""
    dice = sheet.dice()
    canvas.text(20, TOP_MM, "About paper, light and lamps", size_mm=7.0)
    left = 0
    for y_mm in sheet.lines(TOP_MM + 14, 5.6):
        if left == 0:
            left = dice.randint(4, 8)
            continue
        left -= 1
        words = _sentence(dice, int((sheet.width_mm - 40) / (1.75 if left else 3.4)))
        canvas.text(20, y_mm, words, size_mm=3.8)


def landscape(canvas: Canvas, sheet: Sheet) -> None:
    """Draw one large picture of sky and hills."""
    height_mm = sheet.height_mm - TOP_MM - MARGIN_MM
    canvas.picture(MARGIN_MM, TOP_MM, sheet.text_mm, height_mm, _hills(sheet))


def barcodes(canvas: Canvas, sheet: Sheet) -> None:
    """Draw one barcode of each usual symbology, its content below it."""
    for symbology, x_mm, y_mm, width_mm, content in CODES:
        if x_mm + width_mm > sheet.width_mm:
            continue
        code = symbol(content, symbology)
        module_px = max(1, px(width_mm, canvas.dpi) // code.width)
        canvas.modules(x_mm, TOP_MM + y_mm + 5, code, module_px=module_px)
        canvas.text(x_mm, TOP_MM + y_mm, f"{symbology}: {content}", size_mm=2.8)


def receipt(canvas: Canvas, sheet: Sheet) -> None:
    """Draw what a till prints: goods and prices in the letters of a typewriter."""
    columns = 34
    pitch_mm = (sheet.width_mm - 10) / columns
    for y_mm, line in zip(
        sheet.lines(TOP_MM, 4.6), _till(sheet.dice(), columns), strict=False
    ):
        canvas.pitched(5, y_mm, line, pitch_mm=pitch_mm, size_mm=3.2)


def cheque(canvas: Canvas, sheet: Sheet) -> None:
    """Draw a cheque: payee, amount, signature, and a line of magnetic ink."""
    dice = sheet.dice()
    cents = dice.randint(1_000, 999_999)
    bottom_mm, right_mm = sheet.height_mm - MARGIN_MM, sheet.right_mm
    tint_mm = bottom_mm - 9 - TOP_MM
    canvas.box(4, TOP_MM - 1, sheet.width_mm - 8, tint_mm, fill=PALE)
    canvas.text(MARGIN_MM, TOP_MM + 2, "Pay to the order of", size_mm=2.8)
    canvas.text(44, TOP_MM + 1, "Paperworks & Daughters Ltd.", ink=WRITTEN)
    canvas.rule(42, TOP_MM + 6, right_mm - 92)
    canvas.box(right_mm - 42, TOP_MM, 42, 8, fill=(255, 255, 255))
    canvas.box(right_mm - 42, TOP_MM, 42, 8)
    amount = f"{cents / 100:,.2f}"
    canvas.text(right_mm - 2, TOP_MM + 2, amount, ink=WRITTEN, anchor="ra")
    canvas.text(MARGIN_MM, TOP_MM + 13, _spelled(cents), ink=WRITTEN, size_mm=3.6)
    canvas.rule(MARGIN_MM, TOP_MM + 18, sheet.text_mm)
    canvas.rule(right_mm - 60, TOP_MM + 28, 60)
    canvas.text(right_mm - 40, TOP_MM + 22, "A. Signer", ink=WRITTEN, size_mm=5.0)
    number = f"{dice.randrange(10**6):06}"
    account = f"{dice.randrange(10**9):09}"
    _magnetic(canvas, 30, bottom_mm - 2, f"o{number}o t026009593t {account}o")


def form(canvas: Canvas, sheet: Sheet) -> None:
    """Draw a form: labelled fields, boxes to tick, a table."""
    dice = sheet.dice()
    canvas.text(MARGIN_MM, TOP_MM, "Request for scanning", size_mm=7.0, ink=BLUE)
    half_mm = sheet.text_mm / 2
    y_mm = TOP_MM + 12
    for row in (("Family name", "Given name"), ("Street", "Town"), ("Date", "Room")):
        for column, name in enumerate(row):
            x_mm = MARGIN_MM + column * half_mm
            canvas.box(x_mm, y_mm, half_mm - 3, 11, ink=BLUE)
            canvas.text(x_mm + 1, y_mm + 0.8, name, size_mm=2.4, ink=BLUE)
            filled = dice.choice(NAMES)
            canvas.text(x_mm + 4, y_mm + 4.8, filled, ink=WRITTEN)
        y_mm += 14
    for name in ("both sides", "in colour", "urgent", "destroy the paper"):
        canvas.box(MARGIN_MM, y_mm, 4, 4)
        if dice.random() < 0.6:
            canvas.text(MARGIN_MM + 2, y_mm - 0.6, "x", ink=RED, anchor="ma")
        canvas.text(MARGIN_MM + 7, y_mm, name, size_mm=3.4)
        y_mm += 7
    for place, row_mm in enumerate(sheet.lines(y_mm + 3, 9.0)):
        for column in range(4):
            width_mm = sheet.text_mm / 4
            x_mm = MARGIN_MM + column * width_mm
            if place % 2:
                canvas.box(x_mm, row_mm, width_mm, 9, fill=PALE)
            canvas.box(x_mm, row_mm, width_mm, 9, ink=BLUE)
            value = str(dice.randrange(10_000)) if place else f"Column {column + 1}"
            canvas.text(x_mm + 2, row_mm + 2.5, value, size_mm=3.4)


def _clouds(sheet: Sheet) -> Image.Image:
    """Return soft coloured clouds: they have no edges and no flat spots."""
    import numpy as np
    from PIL import Image

    dice = sheet.many_dice()
    return Image.fromarray(dice.integers(30, 226, (9, 16, 3), dtype=np.uint8))


@lru_cache(maxsize=8)
def _hills(sheet: Sheet) -> Image.Image:
    """Return a sky that fades, with ranges of hills that darken towards the viewer."""
    import numpy as np
    from PIL import Image

    dice = sheet.many_dice()
    height, width = 480, 360
    y, x = np.mgrid[0:height, 0:width] / (height, width)[0]
    scene = np.stack([120 + 130 * y, 160 + 60 * y, 220 - 20 * y], axis=-1)
    for distance in range(5):
        waves = dice.uniform((2, 0), (9, 6), (3, 2))
        ridge = sum(np.sin(x * rate + phase) / rate for rate, phase in waves)
        is_hill = y > 0.4 + 0.12 * distance + 0.25 * ridge
        shade = np.array([110, 130, 120]) * (1 - 0.17 * distance)
        scene[is_hill] = shade + dice.uniform(-12, 12, 3)
    grain = dice.normal(0, 5, (height, width, 1))
    return Image.fromarray(np.clip(scene + grain, 0, 255).astype(np.uint8))


def _sentence(dice: random.Random, letters: int) -> str:
    words = dice.choice(WORDS).title()
    while len(words) < letters - 8:
        words += f" {dice.choice(WORDS)}"
    return words


def _till(dice: random.Random, columns: int) -> Iterator[str]:
    yield "CORNER STORE".center(columns)
    yield "Main Street 1, Papertown".center(columns)
    yield "=" * columns
    total = 0
    for _ in range(18):
        cents = dice.randint(49, 2499)
        total += cents
        price = f"{cents / 100:.2f}"
        yield f"{dice.choice(GOODS):<{columns - len(price)}}{price}"
    yield "-" * columns
    yield f"{'TOTAL EUR':<{columns - 8}}{total / 100:>8.2f}"
    yield f"{'CARD ***' + str(dice.randrange(1000, 9999)):<{columns}}"
    yield ""
    yield "THANK YOU".center(columns)


def _spelled(cents: int) -> str:
    whole = " ".join(DIGITS[int(digit)] for digit in str(cents // 100))
    return f"{whole} and {cents % 100:02}/100"


def _magnetic(canvas: Canvas, x_mm: float, y_mm: float, line: str) -> None:
    """Write digits as E-13B does: `t` and `o` stand for its signs of three bars."""
    pitch_mm = 3.175  # ANSI X9.27: eight characters an inch
    bars = {"t": ((0, 2.9), (1.3, 1.3), (1.3, 1.3)), "o": ((0.8, 1.6),) * 3}
    for place, letter in enumerate(line):
        left_mm = x_mm + place * pitch_mm
        for bar, (drop_mm, height_mm) in enumerate(bars.get(letter, ())):
            canvas.box(
                left_mm + 0.4 + 0.8 * bar,
                y_mm + drop_mm,
                0.4,
                height_mm,
                fill=(0, 0, 0),
            )
    digits = "".join(" " if letter in bars else letter for letter in line)
    canvas.pitched(x_mm, y_mm - 0.6, digits, pitch_mm=pitch_mm, ink=(0, 0, 0))
