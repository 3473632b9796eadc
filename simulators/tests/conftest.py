"""Scanners for tests, small where the size does not matter."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanwright_simulators.device import (
    Fault,
    Input,
    Mode,
    Model,
    Sheet,
    Side,
    Size,
    VirtualScanner,
)
from scanwright_simulators.device.generated import GeneratedSide
from scanwright_simulators.faces.in_process import ManualClock

A4 = Size.of_mm(210, 297)

ScannerMaker = Callable[..., VirtualScanner]


@pytest.fixture
def model() -> Model:
    """Return an A4 scanner with everything."""
    return Model(
        name="Virtual Office",
        make_and_model="Scanwright Office A4",
        bed=A4,
        inputs=tuple(Input),
        resolutions_dpi=(75, 100, 150, 200, 300, 600),
        modes=tuple(Mode),
    )


@pytest.fixture
def clock() -> ManualClock:
    """Return a clock that tests turn on."""
    return ManualClock()


@pytest.fixture
def make_scanner(model: Model, clock: ManualClock) -> ScannerMaker:
    """Return a maker of scanners of that model with generated sheets."""
    on_the_wall = clock

    def make(
        *,
        sheets: int = 3,
        refill: bool = True,
        faults: tuple[Fault, ...] = (),
        of: Model = model,
        clock: Callable[[], float] | None = None,
        seed: int = 1,
    ) -> VirtualScanner:
        front, back = (GeneratedSide(of.bed, 1, side) for side in Side)
        return VirtualScanner(
            of,
            glass=front,
            sheets=[Sheet(front, back)] * sheets,
            clock=clock or on_the_wall,
            refill=refill,
            faults=faults,
            seed=seed,
        )

    return make
