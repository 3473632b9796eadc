"""The seal: a rosette as on engraved paper, with the number of clauses that are met."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from scanwright_conformance.report._markup import Html
from scanwright_conformance.report._standing import applicable
from scanwright_conformance.verdict import RollUp

if TYPE_CHECKING:
    from scanwright_conformance.results import Run

__all__ = ["seal"]

SIZE: Final = 240
RING: Final = 74.0
STEPS: Final = 360
WAVES: Final = 18
BANDS: Final = ((104.0, 9.0), (96.0, 9.0))
TURNS: Final = (0.0, 5.0, 10.0, 15.0)

ENGRAVED: Final = frozenset({RollUp.CERTIFIED, RollUp.SELECTION})


def seal(run: Run) -> Html:
    """Return the picture: a rosette for who is certified, else the bare ring."""
    whole = applicable(run.results)
    met = sum(result.is_met for result in whole)
    share = met / len(whole) if whole else 0.0
    name = f"{met} of {len(whole)} clauses that apply are met"
    rosette = _rosette() if run.roll_up in ENGRAVED else ""
    middle = f'transform="translate({SIZE / 2:g} {SIZE / 2:g})"'
    return Html(
        f'<svg class="rosette" viewBox="0 0 {SIZE} {SIZE}" role="img" '
        f'aria-label="{name}"><g {middle}>{rosette}{_ring(share)}'
        f'<text y="6" class="number">{met}</text>'
        f'<text y="30" class="caption">of {len(whole)} met</text></g></svg>',
    )


def _ring(share: float) -> str:
    length = 2 * math.pi * RING
    filled = share * length
    return (
        f'<circle r="{RING:g}" class="ring rest"/>'
        f'<circle r="{RING:g}" class="ring" transform="rotate(-90)" '
        f'stroke-dasharray="{filled:.1f} {length:.1f}"/>'
    )


def _rosette() -> str:
    """Return waves around the ring, each band of them turned a little and again."""
    lines = []
    for number, (radius, height) in enumerate(BANDS):
        lines.append(f'<path id="wave-{number}" d="{_wave(radius, height)}"/>')
        lines += [
            f'<use href="#wave-{number}" transform="rotate({turn:g})"/>'
            for turn in TURNS[1:]
        ]
    return f'<g class="engraving" aria-hidden="true">{"".join(lines)}</g>'


def _wave(radius: float, height: float) -> str:
    points = []
    for step in range(STEPS):
        angle = 2 * math.pi * step / STEPS
        distance = radius + height * math.sin(WAVES * angle)
        points.append(
            f"{distance * math.cos(angle):.1f} {distance * math.sin(angle):.1f}"
        )
    return f"M{'L'.join(points)}Z"
