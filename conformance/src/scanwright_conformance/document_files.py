"""What a judge may know about a PDF or TIFF: derived from its bytes, nothing else.

Pages are known by their identities, see images.py. PDFs are read by PDFium and TIFFs by
Pillow, none of which the reference writes with.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.images import Identity, read_identity

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["FileFacts", "FilePage", "decode_file", "file_facts"]

PDF: Final = "application/pdf"
TIFF: Final = "image/tiff"
PDF_MAGIC: Final = b"%PDF-"
TIFF_MAGIC: Final = (b"II*\0", b"MM\0*")
MOST_PAGES: Final = 100
"""What comes after these is not looked at: a file may claim any number."""
RENDERED_PX: Final = 1200
"""The longer side of a page on which an identity is looked for."""
WRONG_PASSWORD: Final = 4
"""PDFium's number of the error."""

PDF_FILTERS: Final = {
    "CCITTFaxDecode": "FAX",
    "DCTDecode": "JPEG",
    "FlateDecode": "deflate",
    "JBIG2Decode": "JBIG2",
    "JPXDecode": "JPEG 2000",
    "LZWDecode": "LZW",
}
TIFF_COMPRESSION: Final = 259
TIFF_COMPRESSIONS: Final = {
    1: "none",
    2: "RLE",
    3: "FAX3",
    4: "FAX4",
    5: "LZW",
    7: "JPEG",
    32773: "PackBits",
}


@dataclass(frozen=True, slots=True)
class FilePage:
    """A page: its size in points, or in pixels where it is of a TIFF.

    `picture_px` is the size of its first picture, `compression` how that is kept.
    """

    size: tuple[float, float]
    picture_px: tuple[int, int] | None
    compression: str
    identity: Identity | None = None


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file without its pixels. Of one that is locked nothing else is known.

    `about` is a PDF's information, by the names that PDF has for it.
    """

    format: str
    version: str = ""
    is_locked: bool = False
    pages: tuple[FilePage, ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=128)
def file_facts(data: bytes, password: str | None = None) -> FileFacts | None:
    """Return the facts of a PDF or TIFF, None when `data` is neither or is broken.

    A PDF may be opened with `password`; with a wrong one it stays locked.
    """
    if data.startswith(PDF_MAGIC):
        return _pdf(data, password)
    if data.startswith(TIFF_MAGIC):
        return _tiff(data)
    return None


def decode_file(value: Mapping[str, Any] | None) -> FileFacts | None:
    """Return the facts that `asdict` made JSON of."""
    if value is None:
        return None
    pages = tuple(
        FilePage(
            size=(page["size"][0], page["size"][1]),
            picture_px=_pair(page["picture_px"]),
            compression=page["compression"],
            identity=None if page["identity"] is None else Identity(**page["identity"]),
        )
        for page in value["pages"]
    )
    about = dict(value["about"])
    return FileFacts(
        value["format"], value["version"], value["is_locked"], pages, about
    )


def _pair(value: Any) -> tuple[int, int] | None:
    return None if value is None else (value[0], value[1])


def _pdf(data: bytes, password: str | None) -> FileFacts | None:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data, password=password)
    except pypdfium2.PdfiumError as error:
        is_locked = getattr(error, "err_code", None) == WRONG_PASSWORD
        return FileFacts(PDF, is_locked=True) if is_locked else None
    try:
        version = document.get_version() or 0
        return FileFacts(
            PDF,
            version=f"{version // 10}.{version % 10}",
            pages=tuple(_pdf_pages(document)),
            about=document.get_metadata_dict(skip_empty=True),
        )
    except (pypdfium2.PdfiumError, ValueError):
        return None
    finally:
        document.close()


def _pdf_pages(document: Any) -> Iterator[FilePage]:
    for number in range(min(len(document), MOST_PAGES)):
        page = document[number]
        width, height = page.get_size()
        scale = RENDERED_PX / max(width, height, 1)
        picture = _first_picture(page)
        yield FilePage(
            size=(round(width, 2), round(height, 2)),
            picture_px=None if picture is None else picture.get_px_size(),
            compression=_compression(picture),
            identity=read_identity(page.render(scale=scale).to_pil().convert("L")),
        )


def _first_picture(page: Any) -> Any:
    from pypdfium2 import raw

    return next(page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,)), None)


def _compression(picture: Any) -> str:
    names = [] if picture is None else picture.get_filters()
    return "+".join(PDF_FILTERS.get(name, name) for name in names) or "none"


def _tiff(data: bytes) -> FileFacts | None:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is wrong with a file is a finding
            with Image.open(BytesIO(data), formats=("TIFF",)) as image:
                return FileFacts(TIFF, pages=tuple(_tiff_pages(image)))
    except (OSError, SyntaxError, ValueError, KeyError, TypeError):
        return None


def _tiff_pages(image: Image) -> Iterator[FilePage]:
    for number in range(min(getattr(image, "n_frames", 1), MOST_PAGES)):
        image.seek(number)
        image.load()
        tags: Any = getattr(image, "tag_v2", {})
        kept: Any = tags.get(TIFF_COMPRESSION)
        yield FilePage(
            size=(float(image.width), float(image.height)),
            picture_px=image.size,
            compression=TIFF_COMPRESSIONS.get(kept, str(kept)),
            identity=read_identity(image.convert("L")),
        )
