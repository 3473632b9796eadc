"""ScanSettings: what hosts may say, what is made of it, and what is refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_simulators.device import (
    Input,
    Levels,
    Mode,
    Model,
    Region,
    ScanSettings,
    Size,
)
from scanwright_simulators.errors import MessageError, SettingsRefused
from scanwright_simulators.faces.escl.documents import PWG, SCAN
from scanwright_simulators.faces.escl.requests import (
    ELEMENTS,
    JobRequest,
    parse_job_request,
)

FORMATS = ("image/jpeg", "image/png")
MODEL = Model(
    name="Any",
    make_and_model="Any",
    bed=Size(9921, 14031),
    inputs=tuple(Input),
    resolutions_dpi=(75, 300),
    modes=tuple(Mode),
)
REGION = (
    "<pwg:ScanRegion>{units}<pwg:XOffset>{0}</pwg:XOffset><pwg:YOffset>{0}"
    "</pwg:YOffset><pwg:Width>{1}</pwg:Width><pwg:Height>{1}</pwg:Height>"
    "</pwg:ScanRegion>"
)


def settings_xml(inside: str = "") -> bytes:
    """Return a ScanSettings document."""
    spaces = f'xmlns:scan="{SCAN}" xmlns:pwg="{PWG}"'
    return f"<scan:ScanSettings {spaces}>{inside}</scan:ScanSettings>".encode()


def parse(inside: str = "") -> JobRequest:
    """Return what a ScanSettings document with that inside asks for."""
    return parse_job_request(settings_xml(inside), MODEL, FORMATS)


def test_defaults_fill_what_is_left_out() -> None:
    """An empty request scans the whole glass in colour at 300 dpi as JPEG."""
    wish = parse()
    assert wish.settings == ScanSettings(Input.PLATEN, Mode.COLOR, 300)
    assert wish.mime == "image/jpeg"


def test_a_complete_request_is_understood() -> None:
    """Region, input, mode, resolution, levels, blankness and format arrive."""
    wish = parse(
        """
        <pwg:ScanRegions><pwg:ScanRegion>
          <pwg:ContentRegionUnits>escl:ThreeHundredthsOfInches</pwg:ContentRegionUnits>
          <pwg:XOffset>1</pwg:XOffset><pwg:YOffset>2</pwg:YOffset>
          <pwg:Width>300</pwg:Width><pwg:Height>600</pwg:Height>
        </pwg:ScanRegion></pwg:ScanRegions>
        <pwg:InputSource>Feeder</pwg:InputSource><scan:Duplex>true</scan:Duplex>
        <scan:ColorMode>Grayscale8</scan:ColorMode>
        <scan:XResolution>75</scan:XResolution><scan:YResolution>75</scan:YResolution>
        <scan:Brightness>0</scan:Brightness><scan:Contrast>2000</scan:Contrast>
        <scan:Threshold>200</scan:Threshold>
        <scan:BlankPageDetectionAndRemoval>1</scan:BlankPageDetectionAndRemoval>
        <pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat>
        <scan:DocumentFormatExt>image/png</scan:DocumentFormatExt>
        """,
    )
    assert wish.settings == ScanSettings(
        Input.DUPLEX,
        Mode.GRAY,
        75,
        Region(4, 8, 1200, 2400),
        levels=Levels(-100, 100, 200),
        skip_blank=True,
    )
    assert (wish.mime, wish.wants_blankness, wish.near) == ("image/png", True, ())


@pytest.mark.parametrize(
    ("name", "mode", "dpi"),
    [
        ("Document", Mode.GRAY, 300),
        ("TextAndGraphic", Mode.COLOR, 300),
        ("Photo", Mode.COLOR, 300),  # 600 is not offered: the nearest
        ("Preview", Mode.COLOR, 75),
        ("BusinessCard", Mode.COLOR, 300),
    ],
)
def test_intents_give_defaults(name: str, mode: Mode, dpi: int) -> None:
    """What a request leaves out comes from its intent, what it says stays."""
    intent = f"<scan:Intent>{name}</scan:Intent>"
    settings = parse(intent).settings
    assert (settings.mode, settings.resolution_dpi) == (mode, dpi)
    said = parse(f"{intent}<scan:ColorMode>BlackAndWhite1</scan:ColorMode>").settings
    assert said.mode is Mode.BW


def test_a_business_card_is_small() -> None:
    """That intent has a region of its own."""
    settings = parse("<scan:Intent>BusinessCard</scan:Intent>").settings
    assert settings.region == Region(0, 0, 4200, 2640)


@pytest.mark.parametrize(
    ("units", "length", "steps"),
    [
        ("escl:ThreeHundredthsOfInches", 300, 1200),
        ("pwg:ThousandthsOfInches", 1000, 1200),
        ("pwg:HundredthsOfMillimeters", 2540, 1200),
        ("TenthsOfMillimeters", 254, 1200),
        ("pwg:Millimeters", 127, 6000),
        ("pwg:Inches", 2, 2400),
    ],
)
def test_regions_come_in_units(units: str, length: int, steps: int) -> None:
    """Every unit is turned into steps, whatever its prefix."""
    element = f"<pwg:ContentRegionUnits>{units}</pwg:ContentRegionUnits>"
    region = parse(REGION.format(0, length, units=element)).settings.region
    assert region == Region(0, 0, steps, steps)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no xml",
        b"<a/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b'<?xml version="1.0" encoding="klingon"?><x/>',
        settings_xml("<scan:XResolution>many</scan:XResolution>"),
        settings_xml("<scan:XResolution>1e3</scan:XResolution>"),
        settings_xml("<scan:XResolution>\u0661</scan:XResolution>"),
        settings_xml(f"<scan:XResolution>{'9' * 5000}</scan:XResolution>"),
        settings_xml(
            "<pwg:InputSource>Feeder</pwg:InputSource><scan:Duplex>x</scan:Duplex>"
        ),
        settings_xml("<scan:Blank>" * 100 + "</scan:Blank>" * 100),
    ],
)
def test_what_is_no_message_is_told_so(body: bytes) -> None:
    """Broken, hostile and foreign documents are no messages."""
    with pytest.raises(MessageError):
        parse_job_request(body, MODEL, FORMATS)


@pytest.mark.parametrize(
    ("inside", "near"),
    [
        ("<pwg:InputSource>Feader</pwg:InputSource>", "InputSource Feeder"),
        ("<scan:ColorMode>RGB42</scan:ColorMode>", "ColorMode RGB24"),
        ("<pwg:DocumentFormat>image/jpg</pwg:DocumentFormat>", "format image/jpeg"),
        ("<scan:Intent>Documents</scan:Intent>", "Intent Document"),
        ("<scan:Brightness>3000</scan:Brightness>", "2000"),
        ("<scan:Threshold>-5</scan:Threshold>", "0"),
    ],
)
def test_refusals_tell_what_would_have_been_taken(inside: str, near: str) -> None:
    """A valid request for something else is a refusal that helps."""
    with pytest.raises(SettingsRefused) as caught:
        parse(inside)
    assert caught.value.near == (f"{near} would have been taken",)


@pytest.mark.parametrize(
    "inside",
    [
        "<scan:XResolution>75</scan:XResolution><scan:YResolution>300</scan:YResolution>",
        REGION.format(
            0, 9, units="<pwg:ContentRegionUnits>ells</pwg:ContentRegionUnits>"
        ),
        REGION.format(0, 9, units="") * 2,
    ],
)
def test_what_the_device_lacks_is_refused(inside: str) -> None:
    """Unequal resolutions, unknown units and several regions are refused."""
    with pytest.raises(SettingsRefused):
        parse(inside)


@pytest.mark.parametrize(
    ("inside", "meant"),
    [
        ("<scan:InputSource>Feeder</scan:InputSource>", "pwg:InputSource"),
        ("<pwg:ColorMode>RGB24</pwg:ColorMode>", "scan:ColorMode"),
        ("<scan:ColourMode>RGB24</scan:ColourMode>", "scan:ColorMode"),
        ("<scan:BrightnessSupport>5</scan:BrightnessSupport>", "scan:Brightness"),
    ],
)
def test_elements_that_are_nearly_right_are_told(inside: str, meant: str) -> None:
    """They are ignored, as devices do, and the journal will say what was meant."""
    assert parse(inside).near[0].endswith(f"{meant} would have been taken")


def test_elements_that_are_just_unknown_are_passed_over() -> None:
    """What no host meant for the device is no near miss, and misses have an end."""
    assert parse("<x/><scan:Qwertz/>").near == ()
    assert len(parse("<Width/>" * 200).near) == 20


@pytest.mark.parametrize(("strangers", "is_told"), [(150, True), (5000, False)])
def test_the_search_for_misses_has_an_end(strangers: int, is_told: bool) -> None:  # noqa: FBT001  a parameter
    """Who sends thousands of elements does not keep the device busy with each."""
    near = parse("<x/>" * strangers + "<scan:InputSource/>").near
    assert bool(near) == is_told


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="<&\0"), max_size=20)
ELEMENT = st.builds(
    lambda prefix, name, text: f"<{prefix}:{name}>{text}</{prefix}:{name}>",
    st.sampled_from(["scan", "pwg"]),
    st.sampled_from(sorted(ELEMENTS)),
    st.one_of(
        TEXTS,
        st.integers().map(str),
        st.sampled_from(["Feeder", "Platen", "RGB24", "Photo", "true"]),
    ),
)
NESTED = st.recursive(
    ELEMENT,
    lambda inner: st.lists(inner, max_size=4).map(
        lambda items: f"<pwg:ScanRegion>{''.join(items)}</pwg:ScanRegion>",
    ),
    max_leaves=20,
)
DOCUMENTS = st.lists(NESTED, max_size=8).map("".join).map(settings_xml)


@pytest.mark.slow
@given(
    st.binary()
    | st.text().map(settings_xml)
    | DOCUMENTS
    | st.tuples(DOCUMENTS, st.integers(0, 400), st.binary(max_size=3)).map(
        lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] :],
    )
    | DOCUMENTS.map(lambda body: body.decode().encode("utf-16")),
)
def test_hostile_bodies_never_crash(body: bytes) -> None:
    """Whatever arrives is understood or refused."""
    with contextlib.suppress(MessageError, SettingsRefused):
        parse_job_request(body, MODEL, FORMATS)
