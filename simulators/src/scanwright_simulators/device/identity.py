"""The identity that every generated page carries, so that a lost page is proven.

A page says `SW1:<device>:<sheet>:<side>:<serial>`, as a QR code and in clear text.
`device` is the scanner's slug, `sheet` counts from 1 within a tray (0 is the glass),
`side` is A for the front and B for the back, and `serial` counts every page that the
device ever delivered: a gap is a lost page, a repetition a doubled one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scanwright_simulators.device.settings import Side

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["PREVIEW", "Identity", "read_identity", "slug"]

PATTERN: Final = re.compile(r"SW1:([a-z0-9._-]{1,24}):(\d{1,6}):([AB]):(\d{1,9})")
SLUG_LENGTH: Final = 24


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """Who a page is; `str()` gives what is printed on it."""

    device: str
    sheet: int
    side: Side
    serial: int

    def __str__(self) -> str:
        return f"SW1:{self.device}:{self.sheet}:{self.side}:{self.serial}"

    @classmethod
    def parse(cls, text: str) -> Identity | None:
        """Return the identity that `text` spells, or None."""
        match = PATTERN.fullmatch(text)
        if match is None:
            return None
        device, sheet, side, serial = match.groups()
        return cls(device, int(sheet), Side(side), int(serial))


PREVIEW: Final = Identity("preview", 0, Side.FRONT, 0)
"""What stands on pages that are looked at and not scanned."""


def slug(name: str) -> str:
    """Return `name` in letters that fit into an identity.

    Long names keep their end, where the number is that tells devices apart.
    """
    plain = re.sub(r"[^a-z0-9._]+", "-", name.lower()).strip("-")
    return plain[-SLUG_LENGTH:].strip("-") or "scanner"


def read_identity(image: Image.Image) -> Identity | None:
    """Return the identity printed on `image`, or None when there is none to read.

    Raises OSError when its file is cut short.
    """
    # The reader of codes would call what cannot be loaded no image at all.
    image.load()
    gray = image if image.mode in {"L", "RGB"} else image.convert("L")
    # Strong noise hides a code from the reader now and then; at half the size it is
    # half of what it was, and the code is still large enough.
    return _read(gray) or _read(gray.reduce(2))


def _read(image: Image.Image) -> Identity | None:
    import zxingcpp

    qr = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    codes = zxingcpp.read_barcodes(image, formats=qr)
    found = (Identity.parse(code.text) for code in codes)
    return next((identity for identity in found if identity is not None), None)
