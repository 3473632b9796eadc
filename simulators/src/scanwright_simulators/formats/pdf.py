"""A PDF file of one page that is a JPEG image (ISO 32000-1, 7.5 and 8.9.5)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Final

__all__ = ["JpegImage", "wrap"]

POINTS_PER_INCH: Final = 72


@dataclass(frozen=True, slots=True)
class JpegImage:
    """A JPEG file and what a PDF has to say about it."""

    data: bytes
    width_px: int
    height_px: int
    resolution_dpi: int
    is_color: bool


def wrap(image: JpegImage) -> bytes:
    """Return a PDF whose page has the physical size of `image`."""
    scale = POINTS_PER_INCH / image.resolution_dpi
    width, height = image.width_px * scale, image.height_px * scale
    drawing = b"q %.3f 0 0 %.3f 0 0 cm /I Do Q" % (width, height)
    space = b"/DeviceRGB" if image.is_color else b"/DeviceGray"
    bodies = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.3f %.3f] /Contents 4 0 R"
        b" /Resources << /XObject << /I 5 0 R >> >> >>" % (width, height),
        _stream(b"", drawing),
        _stream(
            b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace %b"
            b" /BitsPerComponent 8 /Filter /DCTDecode "
            % (image.width_px, image.height_px, space),
            image.data,
        ),
    )
    head = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    objects = [b"%d 0 obj\n%b\nendobj\n" % item for item in enumerate(bodies, start=1)]
    offsets = list(accumulate(map(len, objects), initial=len(head)))
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets[:-1])
    count = len(objects) + 1
    return b"".join(
        (
            head,
            *objects,
            b"xref\n0 %d\n0000000000 65535 f \n" % count,
            table,
            b"trailer\n<< /Size %d /Root 1 0 R >>\n" % count,
            b"startxref\n%d\n%%%%EOF\n" % offsets[-1],
        ),
    )


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<< %b/Length %d >>\nstream\n%b\nendstream" % (entries, len(data), data)
