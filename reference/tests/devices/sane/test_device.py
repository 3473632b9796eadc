"""SANE's test devices as the port has them."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scanwright.errors import Code, DeviceError
from scanwright.protocol.scanning import (
    Depth,
    PixelType,
    Range,
    Region,
    ScanSettings,
    Source,
)

pytestmark = pytest.mark.slow

RGB, GRAY, BW = (
    Depth(PixelType.RGB, 8),
    Depth(PixelType.GRAY, 8),
    Depth(PixelType.BW, 1),
)
DEPTHS = (RGB, GRAY, BW, Depth(PixelType.RGB, 16), Depth(PixelType.GRAY, 16))
STAMP = Region(0, 0, 20, 30)


def stamp(depth: Depth = GRAY, **changes: Any) -> ScanSettings:
    """A small scan from the flatbed."""
    return replace(ScanSettings(Source.FLATBED, depth, 75, STAMP), **changes)


def test_device_is_described_honestly(device: Any) -> None:
    """Sources, depths, resolutions and lengths are those of the options."""
    found = device.describe()
    assert [i.source for i in found.inputs] == [Source.FLATBED, Source.FEEDER]
    for source in found.inputs:
        assert set(source.depths) == set(DEPTHS)
        assert source.resolutions_dpi == Range(1, 1200, 1)
        assert (source.width_mm, source.height_mm) == (300, 300)
    assert (found.brightness, found.feeder_loaded) == (None, None)


def test_describing_changes_nothing(device: Any) -> None:
    """After the survey the device is set as it was before."""
    assert device.get("source") == "Flatbed"
    assert device.get("mode") == "Color"


@pytest.mark.parametrize("depth", DEPTHS)
def test_pages_are_those_of_scanimage(
    device: Any, sane_config: Path, tmp_path: Path, depth: Depth
) -> None:
    """Byte for byte what an independent program gets, in every depth."""
    mode = "Color" if depth.pixel_type is PixelType.RGB else "Gray"
    file = tmp_path / "page.pnm"
    subprocess.run(
        [
            *("scanimage", "-d", "test:0", "--mode", mode, "--format=pnm"),
            *("--depth", str(depth.bits_per_sample), "--resolution", "75"),
            *("--test-picture", "Color pattern", "-x", "20", "-y", "30"),
            *("-o", str(file)),
        ],
        env={"SANE_CONFIG_DIR": str(sane_config), "PATH": "/usr/bin"},
        check=True,
        timeout=30,
        capture_output=True,
    )
    device.set("test-picture", "Color pattern")
    assert device.configure(stamp(depth)).depth == depth
    form, pixels = device.scan()[0]
    body = file.read_bytes()[-form.size_bytes :]
    if depth.bits_per_sample == 16:
        body = np.frombuffer(body, ">u2").astype("=u2").tobytes()
    assert form.depth == depth
    assert pixels == body


def test_feeder_ends_normally_when_it_is_empty(device: Any) -> None:
    """Ten pages, then no more, is a good scan."""
    device.configure(stamp(source=Source.FEEDER))
    pages = device.scan()
    assert len(pages) == 10
    assert {form.source for form, _ in pages} == {Source.FEEDER}


def test_page_limit_stops_the_feeder(device: Any) -> None:
    """No more pages than asked for, and the device is ready for another scan."""
    device.configure(stamp(source=Source.FEEDER, page_limit=3))
    assert len(device.scan()) == 3
    device.configure(stamp())
    assert len(device.scan()) == 1


def test_empty_feeder_is_said(device: Any) -> None:
    """No page at all is a fault of its own."""
    device.configure(stamp(source=Source.FEEDER))
    device.scan()
    device.set("read-return-value", "SANE_STATUS_NO_DOCS")
    with pytest.raises(DeviceError) as caught:
        device.scan()
    assert caught.value.code is Code.FEEDER_EMPTY


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("SANE_STATUS_JAMMED", Code.FEEDER_JAM),
        ("SANE_STATUS_COVER_OPEN", Code.COVER_OPEN),
        ("SANE_STATUS_IO_ERROR", Code.DEVICE_OFFLINE),
        ("SANE_STATUS_CANCELLED", Code.OPERATION_ERROR),
        ("SANE_STATUS_EOF", Code.READ_ERROR),
    ],
)
def test_fault_has_its_code_and_passes(device: Any, status: str, code: Code) -> None:
    """A fault is raised with its code, and the device scans again after it."""
    device.configure(stamp())
    device.set("read-return-value", status)
    with pytest.raises(DeviceError) as caught:
        device.scan()
    assert caught.value.code is code
    device.set("read-return-value", "Default")
    assert len(device.scan()) == 1


def test_hand_scanner_has_a_height_in_the_end(device: Any) -> None:
    """A page of unknown height is delivered with the height that it had."""
    device.configure(stamp())
    device.switch_on("hand-scanner")
    form, pixels = device.scan()[0]
    assert form.height_px > 0
    assert len(pixels) == form.size_bytes


def test_three_passes_are_one_colour_page(device: Any) -> None:
    """A three-pass scanner delivers the page of a one-pass scanner."""
    device.set("test-picture", "Color pattern")
    device.configure(stamp(RGB))
    one = device.scan()
    device.switch_on("three-pass")
    device.configure(stamp(RGB))
    assert device.scan() == one


def test_padded_rows_are_packed(device: Any) -> None:
    """Lines that are wider than their pixels do not slant the page."""
    device.configure(stamp())
    device.set("ppl-loss", 7)
    form, pixels = device.scan()[0]
    assert len(pixels) == form.size_bytes


def test_region_is_where_it_was_asked_for(device: Any) -> None:
    """The region comes back as set, and the page has its size."""
    wish = Region(30, 40, 50, 60)
    assert device.configure(stamp(resolution_dpi=254, region=wish)).region == wish
    form, _ = device.scan()[0]
    assert (form.width_px, form.height_px) == (500, 600)
    assert form.resolution_dpi == (254, 254)


def test_no_region_is_all_there_is(device: Any) -> None:
    """Without a region the whole glass is scanned, also after a smaller one."""
    device.configure(stamp())
    whole = device.configure(
        ScanSettings(Source.FLATBED, GRAY, resolution_dpi=75, region=None)
    )
    assert whole.region == Region(0, 0, 300, 300)


@pytest.mark.parametrize(
    "wish", [{"source": Source.DUPLEX}, {"depth": Depth(BW.pixel_type, 8)}]
)
def test_missing_capability_is_said(device: Any, wish: dict[str, Any]) -> None:
    """What the scanner does not have is refused with a code."""
    with pytest.raises(DeviceError) as caught:
        device.configure(stamp(**wish))
    assert caught.value.code is Code.CAPABILITY_UNSUPPORTED


def test_cancel_ends_a_scan_soon(device: Any) -> None:
    """A scan that is cancelled while it runs ends without a fault."""
    device.configure(stamp(RGB, source=Source.FEEDER, region=None, resolution_dpi=150))
    device.switch_on("read-delay")
    assert device.scan_and_cancel() == []


def test_scan_needs_settings(device: Any) -> None:
    """A scan without a wish is refused."""
    with pytest.raises(DeviceError, match="not configured"):
        device.scan()
