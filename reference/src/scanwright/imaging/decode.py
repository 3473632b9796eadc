"""A network scanner's picture to pixels. Used in scan workers only: it is not trusted.

Two steps, so that nothing is decoded before its size is known and allowed: `inspect`
reads the header, `Picture.decode_into` fills a buffer of the caller's. Depths survive:
1-bit and 16-bit PNG stay what they are.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from scanwright.errors import Code, DeviceError
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.ImageFile import ImageFile

__all__ = ["LARGEST_PIXELS", "Picture", "inspect"]

LARGEST_PIXELS: Final = 300_000_000
"""A little more than A3 at 1200 dpi."""
LONGEST_SIDE_PX: Final = 100_000
PILLOW_ERRORS: Final = (ArithmeticError, EOFError, OSError, SyntaxError, ValueError)
"""What Pillow raises at pictures that are cut short, mistaken or hostile."""
DEPTHS: Final = {
    "1": Depth(PixelType.BW, 1),
    "L": Depth(PixelType.GRAY, 8),
    "I;16": Depth(PixelType.GRAY, 16),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture whose header has been read and found bearable."""

    data: bytes
    kind: str
    width_px: int
    height_px: int
    depth: Depth

    def page(self, source: Source, side: int, dpi: tuple[int, int]) -> PageFormat:
        """Return the format of its pixels.

        `dpi` is what was asked for: what devices write into their files is often wrong.
        """
        return PageFormat(
            self.width_px,
            self.height_px,
            self.depth,
            dpi,
            source,
            side,
        )

    def decode_into(self, buffer: memoryview) -> None:
        """Write the pixels to the start of `buffer`, as `PageFormat` describes them."""
        import numpy as np

        try:
            pixels = self._pixels()
        except PILLOW_ERRORS as error:
            raise _unreadable(str(error)) from error
        flat = pixels.reshape(-1).view(np.uint8)
        np.frombuffer(buffer, np.uint8)[: flat.size] = flat

    def _pixels(self) -> NDArray[np.uint8] | NDArray[np.uint16]:
        import numpy as np

        image = _open(self.data)
        if self.depth.bits_per_sample == 16 and self.depth.pixel_type is PixelType.RGB:
            # Pillow knows no 16-bit colour, but it can be asked for either byte.
            return _joined(*(self._bytes_of(half) for half in ("RGB;16B", "RGB;16L")))
        if self.depth.bits_per_sample == 16:
            return np.asarray(image).astype(np.uint16)
        if self.depth.bits_per_sample == 1:
            return np.frombuffer(image.tobytes("raw", "1;I"), np.uint8)
        mode = "RGB" if self.depth.pixel_type is PixelType.RGB else "L"
        return np.asarray(image if image.mode == mode else image.convert(mode))

    def _bytes_of(self, raw_mode: str) -> NDArray[np.uint8]:
        import numpy as np

        image = _open(self.data)
        image.tile = [tile._replace(args=raw_mode) for tile in image.tile]
        return np.asarray(image)


def inspect(data: bytes) -> Picture:
    """Read the header of a JPEG or PNG; a `DeviceError` says why it is refused."""
    try:
        image = _open(data)
    except PILLOW_ERRORS as error:
        raise _unreadable(str(error)) from error
    width, height = image.size
    if width * height > LARGEST_PIXELS or max(width, height) > LONGEST_SIDE_PX:
        raise _unreadable(f"{width} x {height} pixels are too many")
    return Picture(
        data=data,
        kind=str(image.format),
        width_px=width,
        height_px=height,
        depth=_depth(image),
    )


def _open(data: bytes) -> ImageFile:
    from PIL import Image

    # Our own limit counts; Pillow's is a warning at less than A4 at 1200 dpi.
    Image.MAX_IMAGE_PIXELS = None
    return Image.open(BytesIO(data), formats=("JPEG", "PNG"))


def _depth(image: ImageFile) -> Depth:
    if image.mode == "RGB" and image.format == "PNG" and image.tile:
        raw_mode = str(image.tile[0].args)
        return Depth(PixelType.RGB, 16 if ";16" in raw_mode else 8)
    return DEPTHS.get(image.mode, Depth(PixelType.RGB, 8))


def _joined(high: NDArray[np.uint8], low: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import numpy as np

    both = (high, low) if sys.byteorder == "big" else (low, high)
    return np.stack(both, axis=-1)


def _unreadable(why: str) -> DeviceError:
    return DeviceError(
        f"The scanner sent a page that cannot be read: {why}.", code=Code.READ_ERROR
    )
