"""The verdict as a badge: a picture of its own, and the form that shields.io reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.report._markup import Html, element
from scanwright_conformance.report._standing import (
    broken,
    certified_profiles,
    level_of,
)
from scanwright_conformance.verdict import RollUp

if TYPE_CHECKING:
    from scanwright_conformance.results import Run

__all__ = ["LABEL", "badge_as_json", "badge_as_svg", "badge_message"]

LABEL: Final = "scanwright"
MOST_NAMES: Final = 3

# White on each of these can be read: the contrast is 4.5 to 1 or better.
COLOURS: Final = {
    RollUp.CERTIFIED: "#1b7a43",
    RollUp.SELECTION: "#0d6773",
    RollUp.FAILED: "#b3231b",
    RollUp.INCOMPLETE: "#8a5a00",
    RollUp.NOTHING: "#5c646c",
    RollUp.ERROR: "#8a2a92",
}

# Widths of Verdana at 11 pixels, which badges are set in; text is fitted to the sum.
NARROW: Final = "fijltIr.,:()[]!' "
WIDE: Final = "mwMW%"
PAD: Final = 6.0


def badge_message(run: Run) -> str:
    """Return what a badge says about the target, in a few words."""
    if run.roll_up is RollUp.FAILED:
        return f"failed {len(broken(run.results))}"
    names = certified_profiles(run)
    if not names:
        return run.roll_up.value
    said = f"{len(names)} profiles" if len(names) > MOST_NAMES else ", ".join(names)
    return f"certified: {said} ({level_of(run).value})"


def badge_as_json(run: Run) -> dict[str, Any]:
    """Return the badge in the form of a shields.io endpoint."""
    return {
        "schemaVersion": 1,
        "label": LABEL,
        "message": badge_message(run),
        "color": COLOURS[run.roll_up].removeprefix("#"),
    }


def badge_as_svg(run: Run) -> str:
    """Return the badge as a picture that has its own words for who cannot see it."""
    message = badge_message(run)
    left, right = _width(LABEL), _width(message)
    whole = left + right
    name = f"{LABEL}: {message}"
    # A vertical shine and rounded ends, as its neighbours in a README have them.
    shine = Html(
        '<linearGradient id="s" x2="0" y2="100%">'
        '<stop offset="0" stop-color="#fff" stop-opacity=".12"/>'
        '<stop offset="1" stop-opacity=".12"/></linearGradient>'
        f'<clipPath id="r"><rect width="{whole:.0f}" height="20" rx="3"/></clipPath>',
    )
    areas = Html(
        f'<g clip-path="url(#r)"><rect width="{left:.0f}" height="20" fill="#444b52"/>'
        f'<rect x="{left:.0f}" width="{right:.0f}" height="20" '
        f'fill="{COLOURS[run.roll_up]}"/>'
        f'<rect width="{whole:.0f}" height="20" fill="url(#s)"/></g>',
    )
    texts = element(
        "g",
        *_text(LABEL, 0.0, left),
        *_text(message, left, right),
        fill="#fff",
        text_anchor="middle",
        font_family="Verdana,Geneva,DejaVu Sans,sans-serif",
        font_size="11",
    )
    picture = element(
        "svg",
        element("title", name),
        shine,
        areas,
        texts,
        xmlns="http://www.w3.org/2000/svg",
        width=f"{whole:.0f}",
        height="20",
        role="img",
        aria_label=name,
    )
    return f"{picture}\n"


def _text(text: str, start: float, width: float) -> tuple[Html, Html]:
    """Return the text and, below it, its shadow."""
    fitted = {"x": f"{start + width / 2:.1f}", "textLength": f"{width - 2 * PAD:.1f}"}
    shadow = element("text", text, y="15", fill="#000", fill_opacity=".25", **fitted)
    return shadow, element("text", text, y="14", **fitted)


def _width(text: str) -> float:
    return 2 * PAD + sum(_advance(letter) for letter in text)


def _advance(letter: str) -> float:
    if letter in NARROW:
        return 4.2
    return 10.2 if letter in WIDE else 6.9
