"""Some faults leave a page alone."""

from __future__ import annotations

import pytest

from scanwright_simulators.device import (
    Capture,
    Due,
    Fault,
    FaultKind,
    Identity,
    Mode,
    Page,
    Side,
    View,
)
from scanwright_simulators.faces.harm import harm_of

PAGE = Page(Identity("it", 1, Side.FRONT, 1), View(Mode.GRAY, 75, 0, 0, 10, 16), ())
HARMLESS = {FaultKind.OVERLAP, FaultKind.SLOW}


@pytest.mark.parametrize("kind", list(FaultKind))
def test_two_kinds_do_no_harm(kind: FaultKind) -> None:
    """A page that hides another, and one that is slow, arrive whole."""
    fault = Fault(kind)
    capture = Capture(PAGE, None, 0, 0, Due(fault, 8))
    assert harm_of(capture) == (None if kind in HARMLESS else fault)


def test_most_pages_have_no_fault() -> None:
    """Nothing due is no harm."""
    assert harm_of(Capture(PAGE, None, 0, 0)) is None
