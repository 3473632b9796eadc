"""libsane itself, with its test backend."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright.devices.sane.binding import Status
from scanwright.devices.sane.library import Handle, Sane, SaneMissing
from scanwright.errors import Code, DeviceError


def test_listing_is_fresh(sane: Sane, sane_config: Path) -> None:
    """A device that appears is in the next listing."""
    assert [device.name for device in sane.devices()] == ["test:0", "test:1"]
    conf = sane_config / "test.conf"
    before = conf.read_text()
    conf.write_text(before.replace("number_of_devices 2", "number_of_devices 3"))
    try:
        assert len(sane.devices()) == 3
    finally:
        conf.write_text(before)


def test_without_libsane_there_is_advice() -> None:
    """The error says which package is missing."""
    with pytest.raises(SaneMissing, match="apt-get install libsane1") as caught:
        Sane("libnone.so.1")
    assert caught.value.code is Code.SOURCE_MANAGER_MISSING


def test_unknown_device_is_not_found(sane: Sane) -> None:
    """A device that is not there has a code of its own."""
    with pytest.raises(DeviceError) as caught:
        sane.open("test:99")
    assert caught.value.code is Code.SOURCE_NOT_FOUND


def test_device_is_opened_once(sane: Sane, handle: Handle) -> None:
    """An open device is busy for a second open."""
    with pytest.raises(DeviceError) as caught:
        sane.open(handle.name)
    assert caught.value.code is Code.SCANNER_LOCKED


@pytest.mark.parametrize(
    ("name", "value"),
    [("mode", "Gray"), ("depth", 16), ("resolution", 123), ("hand-scanner", True)],
)
def test_every_type_of_option_is_set_and_read(
    handle: Handle, name: str, value: str | float
) -> None:
    """Strings, integers, fixed-point numbers and switches come back as set."""
    handle.set(handle.options[name], value)
    assert handle.get(handle.options[name]) == value


def test_options_are_read_again_when_they_change(handle: Handle) -> None:
    """Options that a setting makes active are active at once."""
    assert not handle.options["three-pass-order"].is_active
    handle.set(handle.options["three-pass"], value=True)
    assert handle.options["three-pass-order"].is_active


def test_refused_value_names_its_option(handle: Handle) -> None:
    """A value that the driver refuses is a missing capability."""
    with pytest.raises(DeviceError, match="option mode") as caught:
        handle.set(handle.options["mode"], "Lineart")
    assert caught.value.code is Code.CAPABILITY_UNSUPPORTED


def test_read_without_start_is_refused(handle: Handle) -> None:
    """A driver's refusal is passed on as its status."""
    status, count = handle.read(0, 0)
    assert status is not Status.GOOD
    assert count == 0
