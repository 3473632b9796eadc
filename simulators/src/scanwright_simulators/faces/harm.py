"""Harm: which faults a page does not survive."""

from __future__ import annotations

from typing import Final

from scanwright_simulators.device import Capture, Fault, FaultKind

__all__ = ["harm_of"]

HARMLESS: Final = frozenset({FaultKind.OVERLAP, FaultKind.SLOW})
"""Kinds that leave the bytes of their page alone."""


def harm_of(capture: Capture) -> Fault | None:
    """Return the fault that is due in a page; None for one that arrives whole."""
    if capture.due is None or capture.due.fault.kind in HARMLESS:
        return None
    return capture.due.fault
