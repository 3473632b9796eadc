"""The offer: which wishes of a host a device grants, and what it would have granted."""

from __future__ import annotations

from scanwright_simulators.device.model import Model
from scanwright_simulators.device.settings import (
    MM_PER_INCH,
    STEPS_PER_INCH,
    ScanSettings,
    View,
)
from scanwright_simulators.errors import SettingsRefused

__all__ = ["granted"]


def granted(model: Model, settings: ScanSettings) -> View:
    """Return the pixels that `settings` ask of `model`; raises SettingsRefused."""
    for what, wish, offer in (
        ("input", settings.input, model.inputs),
        ("mode", settings.mode, model.modes),
        ("depth", settings.depth, model.depths),
    ):
        if wish not in offer:
            known = ", ".join(str(value) for value in offer)
            raise SettingsRefused(f"no {what} {wish}; there are: {known}")
    dpi, offered = settings.resolution_dpi, model.resolutions_dpi
    if dpi not in offered:
        known = ", ".join(map(str, offered))
        closest = min(offered, key=lambda value: abs(value - dpi))
        raise SettingsRefused(
            f"no resolution {dpi}; there are: {known}",
            near=(f"{closest} dpi would have been taken",),
        )
    if settings.region and not settings.region.lies_within(model.bed):
        width, height = (
            f"{length / STEPS_PER_INCH * MM_PER_INCH:.1f}"
            for length in (model.bed.width, model.bed.height)
        )
        raise SettingsRefused(
            "the region is empty or larger than the bed",
            near=(f"the bed has {width} x {height} mm",),
        )
    return View.of(settings, model.bed)
