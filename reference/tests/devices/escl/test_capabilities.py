"""What eSCL scanners say about themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.devices.escl.capabilities import (
    Level,
    Status,
    parse_capabilities,
    parse_status,
)
from scanwright.errors import Code, DeviceError
from scanwright.protocol.scanning import Depth, PixelType, Range, Source

MakeCapabilities = Callable[..., bytes]


def test_sources_depths_and_resolutions(capabilities: MakeCapabilities) -> None:
    """Each source is described by its own profile, lengths in millimetres."""
    found = parse_capabilities(capabilities())
    assert [i.source for i in found.description.inputs] == list(Source)
    glass = found.description.inputs[0]
    assert glass.depths == (
        Depth(PixelType.RGB, 8),
        Depth(PixelType.GRAY, 8),
        Depth(PixelType.BW, 1),
    )
    assert glass.resolutions_dpi == (75, 300)
    assert (glass.width_mm, glass.height_mm) == pytest.approx((215.9, 297.01), abs=0.01)
    assert (found.model, found.document_format) == ("Test Scanner", "image/png")


def test_jpeg_has_eight_bits(capabilities: MakeCapabilities) -> None:
    """Depths that a JPEG cannot hold are not offered where there is no PNG."""
    found = parse_capabilities(capabilities("image/jpeg"))
    assert found.document_format == "image/jpeg"
    bits = {d.bits_per_sample for i in found.description.inputs for d in i.depths}
    assert bits == {8}


def test_range_of_resolutions(capabilities: MakeCapabilities) -> None:
    """A range is taken where there are no single values."""
    text = capabilities().decode()
    start, end = "<scan:DiscreteResolutions>", "</scan:DiscreteResolutions>"
    span = (
        "<scan:ResolutionRange><scan:XResolutionRange><scan:Min>50</scan:Min>"
        "<scan:Max>600</scan:Max><scan:Step>10</scan:Step></scan:XResolutionRange>"
        "</scan:ResolutionRange>"
    )
    head, rest = text.split(start, 1)
    one = head + span + rest.split(end, 1)[1]
    inputs = parse_capabilities(one.encode()).description.inputs
    assert inputs[0].resolutions_dpi == Range(50, 600, 10)
    assert inputs[1].resolutions_dpi == (75, 300)


def test_profile_may_be_a_reference(capabilities: MakeCapabilities) -> None:
    """A profile that only names another one stands for it."""
    text = capabilities().decode()
    head, rest = text.split("<scan:SettingProfile>", 1)
    named = f'{head}<scan:SettingProfile name="p">{rest}'
    first, second = named.split("<scan:Adf>")
    start = second.index("<scan:SettingProfile>")
    end = second.index("</scan:SettingProfile>") + len("</scan:SettingProfile>")
    referring = second[:start] + '<scan:SettingProfile ref="p"/>' + second[end:]
    found = parse_capabilities((f"{first}<scan:Adf>{referring}").encode())
    assert found.description.inputs[1].resolutions_dpi == (75, 300)


def test_levels_are_scaled(capabilities: MakeCapabilities) -> None:
    """Brightness is offered on the published scale, and 0 is the device's normal."""
    support = (
        "<scan:BrightnessSupport><scan:Min>0</scan:Min><scan:Max>100</scan:Max>"
        "<scan:Normal>40</scan:Normal><scan:Step>1</scan:Step></scan:BrightnessSupport>"
    )
    text = capabilities().decode().replace("<scan:Platen>", f"{support}<scan:Platen>")
    found = parse_capabilities(text.encode())
    assert found.description.brightness == Range(-1000, 1000, 20)
    assert found.description.contrast is None
    assert found.brightness == Level(0, 100, 40, 1)
    assert [Level(0, 100, 40, 1).scaled(v) for v in (-1000, 0, 500, 1000)] == [
        0,
        40,
        70,
        100,
    ]


@pytest.mark.parametrize("useless", ["image/png", "ColorMode>", "InputCaps>"])
def test_scanner_that_cannot_be_used_says_so(
    capabilities: MakeCapabilities, useless: str
) -> None:
    """No usable format, mode or source: refused with a reason."""
    text = capabilities().decode().replace(useless, f"Other{useless}")
    with pytest.raises(DeviceError) as caught:
        parse_capabilities(text.encode())
    assert caught.value.code is Code.CAPABILITY_UNSUPPORTED


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("ScannerAdfJam", Code.FEEDER_JAM),
        ("ScannerAdfHatchOpen", Code.COVER_OPEN),
        ("ScannerAdfMultipickDetected", Code.DOUBLE_FEED),
    ],
)
def test_feeder_faults(state: str, code: Code) -> None:
    """What a user can mend has a code and names the device."""
    fault = Status("Idle", state, {}).adf_fault("Scanner")
    assert fault is not None
    assert fault.code is code
    assert "Scanner" in fault.message
    assert Status("Idle", "ScannerAdfLoaded", {}).adf_fault("Scanner") is None


def test_jobs_are_known_by_the_end_of_their_uri() -> None:
    """Job states are found whatever host the scanner thinks it has."""
    status = parse_status(
        b"<ScannerStatus><State>Processing</State><Jobs><JobInfo>"
        b"<JobUri>http://x/eSCL/ScanJobs/ab-c/</JobUri><JobState>Processing</JobState>"
        b"</JobInfo></Jobs></ScannerStatus>"
    )
    assert status == Status("Processing", "", {"ab-c": "Processing"})


@given(st.data())
def test_hostile_numbers_are_errors_of_the_device(data: st.DataObject) -> None:
    """Any text for any number gives a description or a DeviceError."""
    value = data.draw(st.text(alphabet="0123456789-+. eINFa²", max_size=6))
    text = (
        "<ScannerCapabilities><DocumentFormat>image/png</DocumentFormat>"
        f"<PlatenInputCaps><MaxWidth>{value}</MaxWidth><MaxHeight>9</MaxHeight>"
        "<SettingProfile><ColorMode>RGB24</ColorMode><DiscreteResolution>"
        f"<XResolution>{value}</XResolution><YResolution>{value}</YResolution>"
        "</DiscreteResolution></SettingProfile></PlatenInputCaps>"
        "</ScannerCapabilities>"
    )
    try:
        found = parse_capabilities(text.encode())
    except DeviceError:
        return
    assert found.description.inputs[0].width_mm > 0
