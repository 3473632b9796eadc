"""What a page is told of its buffer: the whole of it, and what a change made different.

A change is told as the difference between two albums. So no operation has to say what
it did, and a page that applies every difference has what the service has.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanwright.protocol.scanning import PixelType
from scanwright.sessions.album import Album, Document, Image

__all__ = ["describe", "difference", "image_object", "image_path"]

PIXEL_TYPES: Mapping[PixelType, str] = {
    PixelType.BW: "bw",
    PixelType.GRAY: "gray",
    PixelType.RGB: "colour",
}


def describe(album: Album) -> dict[str, object]:
    """Return all that the page may know of an album."""
    return {
        "images": [image_object(album.images[i]) for i in album.document.images],
        **_view(album),
    }


def difference(before: Album, after: Album) -> dict[str, object]:
    """Return what of `describe(after)` is another than before, and the new order.

    Images are told when they are new in the open document or have changed, `order`
    when it is not as it was.
    """
    known = {i: before.images[i] for i in before.document.images}
    told: dict[str, object] = {}
    order = after.document.images
    images = [
        image_object(after.images[i])
        for i in order
        if known.get(i) is not after.images[i]
    ]
    if images:
        told["images"] = images
    if order != before.document.images:
        told["order"] = list(order)
    was, now = _view(before), _view(after)
    return {**told, **{name: now[name] for name in now if now[name] != was[name]}}


def image_object(image: Image) -> dict[str, object]:
    """Spell an image."""
    page = image.page.format
    return {
        "id": image.id,
        "version": image.version,
        "path": image_path(image),
        "widthPx": page.width_px,
        "heightPx": page.height_px,
        "pixelType": PIXEL_TYPES[page.depth.pixel_type],
        "bits": page.depth.bits_per_sample,
        "resolutionDpi": list(page.resolution_dpi),
        "bytes": page.size_bytes,
        "tags": list(image.tags),
    }


def image_path(image: Image) -> str:
    """Return the path of an image below its session's; a new version is a new path."""
    return f"images/{image.id}/{image.version}"


def _view(album: Album) -> dict[str, object]:
    document = album.document
    return {
        "current": document.current,
        "selected": list(document.selected),
        "visible": None if document.filter is None else list(album.visible),
        "filter": document.filter,
        "document": document.id,
        "documents": [_document_object(album, d) for d in album.documents],
    }


def _document_object(album: Album, document: Document) -> dict[str, object]:
    told: dict[str, object] = {
        "id": document.id,
        "name": document.name,
        "count": len(document.images),
    }
    if document.id != album.open_id:  # those of the open one are told as such
        told["images"] = list(document.images)
    return told
