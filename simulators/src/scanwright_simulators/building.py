"""Builds devices from what a scenario says: paper in the tray, faults in the script.

Everything that lies in a device becomes `Paper`: content with its wear on the device's
background. Each sheet wears out in its own way, from a seed of its own.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import repeat
from typing import Final

from scanwright_simulators.device import Journal, Sheet, Side, Size, VirtualScanner
from scanwright_simulators.device.content import BlankSide, Content, load
from scanwright_simulators.device.generated import Kind, generate
from scanwright_simulators.device.paper import Paper, Wear
from scanwright_simulators.scenario import PilePlan, ScannerPlan

__all__ = ["build_scanner", "glass_of", "sheets_of"]

DIFFERENT: Final = 12
"""Generated sheets of a kind that look different: drawn once each, then kept."""


def build_scanner(
    plan: ScannerPlan,
    *,
    seed: int,
    clock: Callable[[], float],
    journal: Journal | None = None,
) -> VirtualScanner:
    """Return the scanner that `plan` describes, with its paper in place."""
    own_seed = zlib.crc32(f"{seed}/{plan.model.name}".encode())
    sheets: list[Sheet] = []
    for pile in plan.tray:
        seed_here = own_seed + len(sheets)
        sheets += sheets_of(
            pile,
            bed=plan.model.bed,
            beyond=plan.background,
            seed=seed_here,
            look=seed,
        )
    return VirtualScanner(
        plan.model,
        glass=glass_of(
            plan.glass,
            bed=plan.model.bed,
            beyond=plan.background,
            seed=own_seed,
            look=seed,
        ),
        sheets=sheets,
        clock=clock,
        journal=journal,
        refill=plan.refill,
        faults=plan.faults,
        seed=seed,
        is_offline=plan.offline,
    )


def sheets_of(
    pile: PilePlan,
    *,
    bed: Size,
    beyond: tuple[int, int, int] = (255, 255, 255),
    seed: int = 0,
    look: int = 0,
) -> list[Sheet]:
    """Return the sheets of a pile; raises ContentError when a file cannot be used.

    `seed` is that of the wear. `look` varies generated pages: those of equal look are
    drawn and encoded once for all sheets, devices and jobs.
    """
    pairs = _pairs(pile, bed, look)
    return [
        Sheet(
            _on_paper(front, pile.wear, beyond, 2 * (seed + number)),
            _on_paper(back, pile.wear, beyond, 2 * (seed + number) + 1),
        )
        for number, (front, back) in enumerate(pairs)
    ]


def glass_of(
    pile: PilePlan,
    *,
    bed: Size,
    beyond: tuple[int, int, int] = (255, 255, 255),
    seed: int = 0,
    look: int = 0,
) -> Content:
    """Return what lies on the glass: the first page of a pile."""
    sheets = sheets_of(pile, bed=bed, beyond=beyond, seed=seed, look=look)
    return sheets[0].front if sheets else BlankSide(bed)


def _pairs(pile: PilePlan, bed: Size, look: int) -> Sequence[tuple[Content, Content]]:
    """Return fronts and backs, blank where there is no second side."""
    if not pile.files:
        return [_pair(pile, bed, look + number) for number in _looks(pile)]
    sides = load(pile.files, pile.size or bed)
    if not pile.two_sided:
        return [(side, BlankSide(side.size)) for side in sides]
    return [
        (
            sides[at],
            sides[at + 1] if at + 1 < len(sides) else BlankSide(sides[at].size),
        )
        for at in range(0, len(sides), 2)
    ]


def _looks(pile: PilePlan) -> Iterable[int]:
    """Return what is added to the look of each generated sheet.

    Test pages share theirs: their bands tell them apart, and nothing is as fast. Of
    others there are some, as in a box of receipts no two neighbours are alike.
    """
    if pile.kind is Kind.IDENTITY:
        return repeat(0, pile.sheets)
    return (number % DIFFERENT for number in range(pile.sheets))


def _pair(pile: PilePlan, bed: Size, look: int) -> tuple[Content, Content]:
    size = pile.size or _size(pile.kind, bed)
    front = generate(pile.kind, size=size, seed=look)
    if not pile.two_sided:
        return front, BlankSide(front.size)
    return front, generate(pile.kind, size=front.size, seed=look, side=Side.BACK)


def _size(kind: Kind, bed: Size) -> Size | None:
    """Return the bed for kinds without paper of their own, so that pages fill it."""
    return None if kind in {Kind.RECEIPT, Kind.CHEQUE} else bed


def _on_paper(
    content: Content,
    wear: Wear | None,
    beyond: tuple[int, int, int],
    seed: int,
) -> Content:
    """Return `content` worn; where nothing would change it stays itself."""
    own = replace(wear, seed=seed) if wear else Wear()
    return Paper(content, own, beyond)
