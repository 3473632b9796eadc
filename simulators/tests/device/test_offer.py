"""What a device has is granted; for the rest it says what it has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanwright_simulators.device import Input, Mode, Model, Region, ScanSettings
from scanwright_simulators.device.offer import granted
from scanwright_simulators.errors import SettingsRefused

GLASS = ScanSettings(Input.PLATEN, Mode.GRAY, 75)


def test_wishes_become_pixels(model: Model) -> None:
    """The whole bed, or the region."""
    assert granted(model, GLASS).width_px == 620
    part = replace(GLASS, region=Region(0, 0, 1200, 2400))
    assert granted(model, part).height_px == 150


@pytest.mark.parametrize(
    ("settings", "near"),
    [
        (replace(GLASS, resolution_dpi=99), "100 dpi would have been taken"),
        (replace(GLASS, region=Region(0, 0, 99_999, 10)), "the bed has 210.0 x 297.0"),
    ],
)
def test_near_wishes_are_explained(
    model: Model,
    settings: ScanSettings,
    near: str,
) -> None:
    """An unknown resolution, or a region beyond the bed."""
    with pytest.raises(SettingsRefused) as caught:
        granted(model, settings)
    assert near in caught.value.near[0]


@pytest.mark.parametrize(
    "settings",
    [
        replace(GLASS, input=Input.FEEDER),
        replace(GLASS, mode=Mode.COLOR),
        replace(GLASS, depth=16),
    ],
)
def test_missing_parts_are_refused(model: Model, settings: ScanSettings) -> None:
    """A gray flatbed knows neither feeder nor colour nor 16 bits."""
    gray = replace(model, inputs=(Input.PLATEN,), modes=(Mode.GRAY,))
    with pytest.raises(SettingsRefused, match="there are: "):
        granted(gray, settings)
