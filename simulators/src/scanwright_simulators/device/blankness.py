"""Blankness: whether anything is on a page, by a look from afar.

At 50 dpi grain and the texture of paper average out, while a line of text still is a
row of dark spots; paper of square metres is seen from farther away. Paper is what most
of the page is, whatever its colour. A page is blank when next to nothing of it stands
out from paper.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol

from scanwright_simulators.device.bounds import from_afar
from scanwright_simulators.device.identity import PREVIEW, Identity
from scanwright_simulators.device.settings import Mode, Size, View
from scanwright_simulators.device.strips import Strip, render
from scanwright_simulators.errors import ContentError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["is_empty", "looks_blank"]

LOOK_DPI: Final = 50
FAINT: Final = 32
"""Levels from paper that nobody takes for ink."""
STRONG: Final = 64
"""Levels from paper that are ink however noisy the page is."""
NOISES: Final = 5.0
SPECKS: Final = 8
"""Dark pixels that may be dust: half a millimetre each."""


class Drawable(Protocol):
    """What can be looked at."""

    @property
    def size(self) -> Size:
        """How large it is."""

    def strips(self, view: View, identity: Identity) -> tuple[Strip, ...]:
        """Return what `view` sees of it."""

    def __hash__(self) -> int: ...


@lru_cache(maxsize=4096)
def looks_blank(side: Drawable, stamp: Hashable) -> bool:
    """Say whether `side` is empty paper; a new `stamp` makes it look again.

    Raises:
        ContentError: It cannot be drawn.
    """
    del stamp
    view = from_afar(side.size, Mode.GRAY, LOOK_DPI)
    try:
        return is_empty(render(side.strips(view, PREVIEW), Mode.GRAY))
    except MemoryError as error:
        message = "too little memory is left to see whether a page is blank"
        raise ContentError(message) from error


def is_empty(image: Image.Image) -> bool:
    """Say whether `image`, gray at about 50 dpi, shows nothing but its paper."""
    import numpy as np

    light = np.asarray(image).astype(np.int16)
    deviation = np.abs(light - int(np.median(light)))
    # Noise on white paper is cut at white: half of its pixels deviate by nothing.
    sigma = float(np.percentile(deviation, 84))
    limit = min(max(FAINT, NOISES * sigma), STRONG)
    return int(np.count_nonzero(deviation > limit)) <= SPECKS
