"""Wear and tear: what time and a used scanner do to the light of a page.

Places and widths are in millimetres, so a sheet shows the same streaks at every
resolution. Noise belongs to pixels, as that of sensors does. Equal seeds, equal wear.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from scanwright_simulators.device.canvas import Color, luma, px
from scanwright_simulators.device.settings import MM_PER_INCH, STEPS_PER_INCH, View

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

__all__ = ["NEUTRAL", "NEW", "WHITE", "Wear", "filtered", "sensed", "tinted"]

Shares = tuple[float, float, float]

WHITE: Final[Color] = (255, 255, 255)
NEUTRAL: Final[Shares] = (1.0, 1.0, 1.0)
STREAK_MM: Final = 0.15
STREAK_LIGHT: Final = (0.45, 0.85)
"""How much light passes a streak, from and to."""
GRAIN_SAMPLES: Final = 1 << 20
ROWS_AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True)
class Wear:
    """What has become of a page; the defaults are a new page on a new scanner.

    `skew_deg` turns the sheet clockwise about its middle. `noise` is the standard
    deviation in levels, `streaks` the number of thin lines along the way of the paper,
    `cast` the share of red, green and blue that arrives, `background` the colour of
    the paper.
    """

    skew_deg: float = 0.0
    noise: float = 0.0
    streaks: int = 0
    cast: Shares = NEUTRAL
    background: Color = WHITE
    seed: int = 0


NEW: Final = Wear()
"""No wear at all."""


def tinted(image: Image.Image, color: Color) -> Image.Image:
    """Return `image` as if printed on paper of that colour."""
    red, green, blue = color
    return filtered(image, (red / 255, green / 255, blue / 255))


def filtered(image: Image.Image, shares: Shares) -> Image.Image:
    """Return `image` with those shares of its red, green and blue."""
    if shares == NEUTRAL:
        return image
    bands = shares if image.mode == "RGB" else (luma(shares),)
    return image.point(
        [min(255, round(value * share)) for share in bands for value in range(256)],
    )


def sensed(
    image: Image.Image,
    wear: Wear,
    *,
    width: int,
    view: View,
    top_px: int,
) -> Image.Image:
    """Return `image` as a worn sensor gives it: cast, streaks, noise.

    It shows rows of `view` from `top_px` on; the sheet is `width` steps wide.
    """
    image = filtered(image, wear.cast)
    if not (wear.streaks or wear.noise):
        return image
    import numpy as np
    from PIL import Image as Images

    light = np.array(image)
    _streak(light, wear, width, view)
    if wear.noise:
        _add_noise(light, wear, view.top_px + top_px)
    return Images.fromarray(light)


def _streak(light: NDArray[np.uint8], wear: Wear, width: int, view: View) -> None:
    dice = random.Random(f"streaks {wear.seed}")  # noqa: S311  no secret
    width_px = max(1, px(STREAK_MM, view.resolution_dpi))
    # A streak narrower than a pixel takes its part of that pixel's light.
    covered = min(1.0, STREAK_MM * view.resolution_dpi / MM_PER_INCH)
    for _ in range(wear.streaks):
        at_mm = dice.uniform(0, width * MM_PER_INCH / STEPS_PER_INCH)
        share = 1 - covered * (1 - dice.uniform(*STREAK_LIGHT))
        left = px(at_mm, view.resolution_dpi) - view.left_px
        columns = light[:, max(0, left) : max(0, left + width_px)]
        columns[:] = (columns * share).astype(light.dtype)


def _add_noise(light: NDArray[np.uint8], wear: Wear, first_row: int) -> None:
    """Add grain in place, each row from another place of one strip of grain.

    Throwing dice for every sample of a page would take a second.
    """
    import numpy as np

    rows = light.reshape(len(light), -1)
    grain = np.lib.stride_tricks.sliding_window_view(_grain(wear.noise), rows.shape[1])
    dice = np.random.default_rng((wear.seed % 2**32, first_row))
    starts = dice.integers(0, len(grain), len(rows))
    for at in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[at : at + ROWS_AT_ONCE]
        noisy = part + grain[starts[at : at + ROWS_AT_ONCE]]
        part[:] = np.clip(noisy, 0, 255, out=noisy)


@lru_cache(maxsize=4)
def _grain(sigma: float) -> NDArray[np.int16]:
    import numpy as np

    normal = np.random.default_rng(0).normal(0, sigma, GRAIN_SAMPLES)
    return np.clip(np.rint(normal), -255, 255).astype(np.int16)
