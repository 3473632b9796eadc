"""Whether a page of a PDF is one picture and nothing else.

Then the picture is the page. It has to lie upright, whole, without a mask and without
transparency; what annotations put on top does not count, as they are not drawn either.
"""

from __future__ import annotations

from ctypes import byref, c_float
from typing import Any, Final

__all__ = ["only_picture"]

SLACK_PT: Final = 1.0
"""So much of a picture may be missing at an edge: sizes are rounded."""
RECTANGLE_SEGMENTS: Final = 5
LARGEST_DRAWING: Final = 1000.0
"""Pixels of the longer side; a mask that does not show at this size does not matter."""
OPAQUE: Final = 255

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""


def only_picture(page: Any, *, may_be_masked: bool) -> Any | None:
    """Return PDFium's object of the picture that the page is, or None.

    Whether there is a mask shows only by drawing the picture, which takes time:
    `may_be_masked` tells that the file has some.
    """
    import pypdfium2.raw as pdfium

    if pdfium.FPDFPage_CountObjects(page) != 1:
        return None
    (thing,) = page.get_objects(max_depth=1)
    if thing.type != pdfium.FPDF_PAGEOBJ_IMAGE:
        return None
    if pdfium.FPDFPageObj_HasTransparency(thing) or _is_stencil(thing):
        return None
    if not _lies_upright(thing):
        return None
    bounds = thing.get_bounds()
    boxes = [page.get_cropbox(), *_clips(thing)]
    is_whole = all(box is not None and _holds(box, bounds) for box in boxes)
    if not is_whole or (may_be_masked and _is_masked(thing)):
        return None
    return thing


def _is_masked(picture: Any) -> bool:
    """Draw the picture, not too large, and look whether the ground shines through."""
    matrix = picture.get_matrix()
    scale = min(1.0, LARGEST_DRAWING / max(matrix.a, matrix.d))
    picture.set_matrix(matrix.scale(scale, scale))
    try:
        drawn = picture.get_bitmap(render=True, scale_to_original=False)
    finally:
        picture.set_matrix(matrix)
    # Along the edges the ground shines through in any case.
    alpha = drawn.to_numpy()[1:-1, 1:-1, 3]
    return bool((alpha < OPAQUE).any())


def _is_stencil(picture: Any) -> bool:
    """Tell whether it only says where colour goes: such have no colour space."""
    import pypdfium2.raw as pdfium

    space = picture.get_metadata().colorspace
    # A JPEG 2000 may bring its own.
    has_own = "JPXDecode" in picture.get_filters()
    return space == pdfium.FPDF_COLORSPACE_UNKNOWN and not has_own


def _lies_upright(picture: Any) -> bool:
    matrix = picture.get_matrix()
    is_straight = abs(matrix.b) < SLACK_PT and abs(matrix.c) < SLACK_PT
    return bool(is_straight and matrix.a > 0 and matrix.d > 0)


def _holds(box: Box, bounds: Box) -> bool:
    return (
        bounds[0] >= box[0] - SLACK_PT
        and bounds[1] >= box[1] - SLACK_PT
        and bounds[2] <= box[2] + SLACK_PT
        and bounds[3] <= box[3] + SLACK_PT
    )


def _clips(picture: Any) -> list[Box | None]:
    """Return what the picture is clipped to; None for what is no rectangle."""
    import pypdfium2.raw as pdfium

    path = pdfium.FPDFPageObj_GetClipPath(picture)
    count = pdfium.FPDFClipPath_CountPaths(path) if path else 0
    return [_rectangle(path, index) for index in range(max(0, count))]


def _rectangle(path: Any, index: int) -> Box | None:
    import pypdfium2.raw as pdfium

    count = pdfium.FPDFClipPath_CountPathSegments(path, index)
    if not 4 <= count <= RECTANGLE_SEGMENTS:
        return None
    points = []
    for number in range(count):
        x, y = c_float(), c_float()
        segment = pdfium.FPDFClipPath_GetPathSegment(path, index, number)
        pdfium.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
        points.append((x.value, y.value))
    xs, ys = zip(*points, strict=True)
    if len(set(xs)) != 2 or len(set(ys)) != 2:
        return None
    return min(xs), min(ys), max(xs), max(ys)
