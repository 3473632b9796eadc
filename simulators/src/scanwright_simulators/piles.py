"""Piles of paper from the outside: a table in, a checked `PilePlan` out.

Scenario files and the control spell piles alike, and get the same answers to what makes
no sense.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from scanwright_simulators._table import Table
from scanwright_simulators.device.bounds import MOST_SHEETS
from scanwright_simulators.device.generated import Kind
from scanwright_simulators.device.paper import Wear
from scanwright_simulators.device.settings import Size
from scanwright_simulators.scenario import PilePlan

__all__ = ["MOST_SHEETS", "read_colour", "read_pile", "read_size"]

PAPER_MM: Final = {
    "A3": (297.0, 420.0),
    "A4": (210.0, 297.0),
    "A5": (148.0, 210.0),
    "A6": (105.0, 148.0),
    "Letter": (215.9, 279.4),
    "Legal": (215.9, 355.6),
    "Receipt": (80.0, 200.0),
    "Cheque": (203.0, 95.0),
    "Card": (85.6, 54.0),
}
COLOURS: Final = {"white": (255,) * 3, "gray": (128,) * 3, "black": (0,) * 3}


def read_pile(table: Table, folder: Path) -> PilePlan:
    """Return the pile that `table` spells; its files lie beside `folder`.

    Raises:
        ScenarioError: Something in it makes no sense.
    """
    files = _read_paths(table, "files", folder)
    kind = table.take_choice("kind", Kind, Kind.IDENTITY)
    sheets = table.take("sheets", int, 1)
    table.within("sheets", sheets, 0, MOST_SHEETS)
    if files and ("kind" in table.values or "sheets" in table.values):
        key = "kind" if "kind" in table.values else "sheets"
        raise table.error("is for generated sheets, not for files", key)
    has_size = "paper" in table.values or "bed_mm" in table.values
    pile = PilePlan(
        kind=kind,
        files=files,
        sheets=sheets,
        size=read_size(table, "A4") if has_size else None,
        two_sided=table.take("two_sided", bool, default=not files),
        wear=_read_wear(table),
    )
    table.done()
    return pile


def read_colour(table: Table, key: str, default: str) -> tuple[int, int, int]:
    """Return a colour that is told as a name or as #rrggbb."""
    text = table.take(key, str, default).lower()
    if text in COLOURS:
        red, green, blue = COLOURS[text]
        return red, green, blue
    try:
        red, green, blue = bytes.fromhex(text.removeprefix("#"))
    except ValueError:
        known = ", ".join(COLOURS)
        message = f"knows no colour {text!r}; write #rrggbb, or: {known}"
        raise table.error(message, key) from None
    return red, green, blue


def read_size(table: Table, default: str) -> Size:
    """Return the size that `paper` names, or that `bed_mm` gives."""
    if "bed_mm" in table.values:
        sides = [side for side in table.take("bed_mm", list) if _is_length(side)]
        if len(sides) != 2 or len(table.values["bed_mm"]) != 2:
            raise table.error("must be [width, height]", "bed_mm")
        for side in sides:
            table.within("bed_mm", side, 20, 1000)
        return Size.of_mm(sides[0], sides[1])
    paper = table.take("paper", str, default)
    if paper not in PAPER_MM:
        known = ", ".join(PAPER_MM)
        raise table.error(f"knows no {paper!r}; there are: {known}", "paper")
    return Size.of_mm(*PAPER_MM[paper])


def _is_length(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _read_paths(table: Table, key: str, folder: Path) -> tuple[Path, ...]:
    paths = tuple(folder / name for name in table.take_list(key, str, []))
    for path in paths:
        try:
            is_there = path.exists()
        except OSError as error:
            raise table.error(f"{path}: {error.strerror}", key) from None
        if not is_there:
            raise table.error(f"there is no {path}", key)
    return paths


def _read_wear(table: Table) -> Wear | None:
    skew_deg = table.take("skew_deg", float, 0.0)
    noise = table.take("noise", float, 0.0)
    streaks = table.take("streaks", int, 0)
    table.within("skew_deg", skew_deg, -45, 45)
    table.within("noise", noise, 0, 128)
    table.within("streaks", streaks, 0, 100)
    red, green, blue = (part / 255 for part in read_colour(table, "cast", "white"))
    wear = Wear(
        skew_deg=skew_deg,
        noise=noise,
        streaks=streaks,
        cast=(red, green, blue),
        background=read_colour(table, "paper_colour", "white"),
    )
    return None if wear == Wear() else wear
