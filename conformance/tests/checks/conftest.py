"""Pictures for the tests of judges: known by their facts, without a pixel."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanwright_conformance.images import Identity, ImageFacts
from scanwright_conformance.transcript import Answer, Body, Exchange, Request

Pictured = Callable[..., Exchange]


@pytest.fixture
def pictured() -> Pictured:
    """Give a function that answers with a picture of the facts given."""
    return _pictured


def _pictured(
    label: str,
    media: str = "image/png",
    *,
    pixels: str = "first",
    size: tuple[int, int] = (827, 1169),
    channels: int = 3,
    bits: int = 8,
    dpi: tuple[float, float] | None = (100.0, 100.0),
    has_alpha: bool = False,
    mean: float = 0.9,
    identity: Identity | None = None,
    started_s: float = 0.0,
    seconds: float = 0.01,
) -> Exchange:
    facts = ImageFacts(
        format=media,
        width_px=size[0],
        height_px=size[1],
        channels=channels,
        bits=bits,
        has_alpha=has_alpha,
        dpi=dpi,
        pixels_sha256=pixels,
        mean=mean,
        identity=identity,
    )
    answer = Answer(200, (("Content-Type", media),), Body(1, "", None, facts))
    request = Request("GET", f"http://127.0.0.1:18622/{label}")
    return Exchange(label, request, answer, "", started_s, seconds)
