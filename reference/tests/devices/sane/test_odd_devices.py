"""Devices unlike the test backend: tables of options that real backends have."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from scanwright.devices.sane import device as module
from scanwright.devices.sane.binding import Frame, OptionType, Parameters, Status, Unit
from scanwright.devices.sane.device import SaneDevice
from scanwright.devices.sane.library import Sane
from scanwright.devices.sane.options import Constraint, Option, OptionValue
from scanwright.errors import Code, DeviceError
from scanwright.protocol.scanning import (
    Depth,
    PixelType,
    Range,
    Region,
    ScanSettings,
    Source,
)

GRAY = Depth(PixelType.GRAY, 8)


@dataclass
class OddHandle:
    """Options in memory; `starts` are the statuses of the next starts."""

    table: dict[str, tuple[Constraint, Unit, OptionValue]]
    starts: list[Status] = field(default_factory=list)
    refuses: str = ""
    cancels: int = 0
    rows_left: int = 0
    name: str = "odd:0"

    def __post_init__(self) -> None:
        self.values = {name: value for name, (_, _, value) in self.table.items()}
        self.options = {
            name: Option(1, name, _type_of(value), unit=unit, constraint=constraint)
            for name, (constraint, unit, value) in self.table.items()
        }

    def open(self, address: str) -> OddHandle:
        """Be the library too."""
        assert address == self.name
        return self

    def get(self, option: Option) -> OptionValue:
        """Read."""
        return self.values[option.name]

    def set(self, option: Option, value: OptionValue) -> None:
        """Set."""
        if value == self.refuses:
            raise DeviceError("refused", code=Code.CAPABILITY_UNSUPPORTED)
        self.values[option.name] = value

    def parameters(self) -> Parameters:
        """Two gray rows."""
        return Parameters(Frame.GRAY, 1, 2, 2, 2, 8)

    def start(self) -> Status:
        """Begin a page."""
        self.rows_left = 2
        return self.starts.pop(0) if self.starts else Status.GOOD

    def read(self, address: int, size: int) -> tuple[Status, int]:
        """Leave the memory as it is, and count."""
        assert address
        if not self.rows_left:
            return Status.EOF, 0
        self.rows_left -= 1
        return Status.GOOD, min(size, 2)

    def cancel(self) -> None:
        """Count."""
        self.cancels += 1

    def close(self) -> None:
        """Nothing to close."""


def _type_of(value: OptionValue) -> OptionType:
    kinds = {bool: OptionType.BOOL, str: OptionType.STRING, float: OptionType.FIXED}
    return kinds.get(type(value), OptionType.INT)


def opened(handle: OddHandle) -> SaneDevice:
    """The device behind a handle."""
    return SaneDevice(cast("Sane", handle), handle.name)


def wish(**changes: Any) -> ScanSettings:
    """A plain gray scan."""
    return replace(ScanSettings(Source.FLATBED, GRAY, 300), **changes)


def test_device_without_any_option_is_a_flatbed() -> None:
    """What cannot be chosen is taken from the frame that is announced."""
    found = opened(OddHandle({})).describe()
    assert [i.source for i in found.inputs] == [Source.FLATBED]
    assert found.inputs[0].depths == (GRAY,)
    assert (found.inputs[0].width_mm, found.inputs[0].height_mm) == (210, 297)


def test_lengths_in_pixels() -> None:
    """A driver that counts pixels is asked in pixels of its resolution."""
    handle = OddHandle(
        {
            "resolution": ((100.0, 200.0), Unit.DPI, 100),
            **{
                f"{corner}-{axis}": (Range(0, 1000), Unit.PIXEL, 0)
                for corner in ("tl", "br")
                for axis in ("x", "y")
            },
        }
    )
    device = opened(handle)
    assert device.describe().inputs[0].width_mm == pytest.approx(254)
    set_to = device.configure(wish(resolution_dpi=100, region=Region(25.4, 0, 25.4, 5)))
    assert (handle.values["tl-x"], handle.values["br-x"]) == pytest.approx((100, 200))
    assert set_to.region is not None
    assert set_to.region.width_mm == pytest.approx(25.4)


def test_bed_that_does_not_begin_at_zero() -> None:
    """Regions count from the edge of the glass, wherever the driver has its zero."""
    handle = OddHandle(
        {
            "tl-x": (Range(5, 215), Unit.MM, 5.0),
            "br-x": (Range(5, 215), Unit.MM, 215.0),
        }
    )
    device = opened(handle)
    assert device.describe().inputs[0].width_mm == 210
    device.configure(wish(region=Region(10, 0, 20, 20)))
    assert (handle.values["tl-x"], handle.values["br-x"]) == (15, 35)


def test_resolutions_of_both_axes() -> None:
    """Two options for the resolution are set alike."""
    handle = OddHandle(
        {
            "x-resolution": ((150.0, 300.0), Unit.DPI, 150),
            "y-resolution": ((150.0, 300.0), Unit.DPI, 150),
        }
    )
    opened(handle).configure(wish())
    assert (handle.values["x-resolution"], handle.values["y-resolution"]) == (300, 300)


def test_levels_return_to_the_drivers_own_neutral() -> None:
    """Brightness 0 is what the driver had at first, also after another job."""
    handle = OddHandle({"brightness": (Range(0, 100, 1), Unit.PERCENT, 30)})
    device = opened(handle)
    assert device.describe().brightness == Range(-1000, 1000, 20)
    device.configure(wish(brightness=1000))
    assert handle.values["brightness"] == 100
    device.configure(wish(brightness=0))
    assert handle.values["brightness"] == 30


def test_sensor_of_the_feeder() -> None:
    """A sensor for paper is in the description."""
    handle = OddHandle({"page-loaded": (None, Unit.NONE, False)})
    assert opened(handle).describe().feeder_loaded is False


def test_source_that_cannot_be_chosen_is_left_out() -> None:
    """One source that the driver refuses does not hide the others."""
    words = ("Flatbed", "ADF")
    table: Any = {"source": (words, Unit.NONE, "Flatbed")}
    found = opened(OddHandle(table, refuses="ADF")).describe()
    assert [i.source for i in found.inputs] == [Source.FLATBED]
    with pytest.raises(DeviceError, match="sources"):
        opened(OddHandle({"source": (("ADF",), Unit.NONE, "ADF")}, refuses="ADF"))


@pytest.mark.parametrize("status", [Status.WARMING_UP, Status.DEVICE_BUSY])
def test_start_is_tried_again(
    sink: Any, monkeypatch: pytest.MonkeyPatch, status: Status
) -> None:
    """A lamp that warms up, or a moment of somebody else's, is waited for."""
    monkeypatch.setattr(module, "RETRY_S", 0.01)
    handle = OddHandle({}, starts=[status, status])
    device = opened(handle)
    device.configure(wish())
    device.scan(sink)
    assert len(sink.pages) == 1
    assert handle.cancels == 3


def test_patience_ends(sink: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scanner that stays busy is somebody else's."""
    monkeypatch.setattr(module, "PATIENCE_S", {Status.DEVICE_BUSY: 0.02})
    monkeypatch.setattr(module, "RETRY_S", 0.01)
    device = opened(OddHandle({}, starts=[Status.DEVICE_BUSY] * 99))
    device.configure(wish())
    with pytest.raises(DeviceError) as caught:
        device.scan(sink)
    assert caught.value.code is Code.SCANNER_LOCKED


def test_cancel_while_warming_up(sink: Any) -> None:
    """A cancelled wait ends at once."""
    device = opened(OddHandle({}, starts=[Status.WARMING_UP] * 9))
    device.configure(wish())
    device.cancel()
    device.scan(sink)
    assert sink.pages == []


@pytest.mark.parametrize("status", [Status.WARMING_UP, Status.DEVICE_BUSY])
def test_a_batch_goes_on_after_a_pause(
    sink: Any, monkeypatch: pytest.MonkeyPatch, status: Status
) -> None:
    """Between pages a busy device is asked again, and no cancel ends the batch."""
    monkeypatch.setattr(module, "RETRY_S", 0.001)
    handle = OddHandle({"source": (("ADF",), Unit.NONE, "ADF")})
    device = opened(handle)
    device.configure(wish(source=Source.FEEDER, page_limit=2))
    handle.starts = [Status.GOOD, status, status, Status.GOOD]
    device.scan(sink)
    assert len(sink.pages) == 2
    assert handle.cancels == 1  # the one that is due after the last page
