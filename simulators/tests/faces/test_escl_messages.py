"""eSCL messages: what hosts may say, and what they are told."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_simulators.device import (
    Fault,
    FaultKind,
    Input,
    Mode,
    Model,
    Region,
    ScanSettings,
    Size,
    VirtualScanner,
)
from scanwright_simulators.errors import DeviceFault, MessageError, SettingsRefused
from scanwright_simulators.faces import escl_messages as messages

ScannerMaker = Callable[..., VirtualScanner]

SPACES = {
    "scan": "http://schemas.hp.com/imaging/escl/2011/05/03",
    "pwg": "http://www.pwg.org/schemas/2010/12/sm",
}
FORMATS = ("image/jpeg", "image/png")
MODEL = Model(
    name="Any",
    make_and_model="Any",
    bed=Size(9921, 14031),
    inputs=tuple(Input),
    resolutions_dpi=(75, 300),
    modes=tuple(Mode),
)


def settings_xml(inside: str = "") -> bytes:
    """Return a ScanSettings document."""
    spaces = " ".join(f'xmlns:{name}="{url}"' for name, url in SPACES.items())
    return f"<scan:ScanSettings {spaces}>{inside}</scan:ScanSettings>".encode()


def parse(inside: str = "") -> messages.JobRequest:
    """Return what a ScanSettings document with that inside asks for."""
    return messages.parse_job_request(settings_xml(inside), MODEL, FORMATS)


def find(document: bytes, path: str) -> list[str]:
    """Return the texts at `path` in `document`."""
    root = ET.fromstring(document)  # noqa: S314  our own output
    return [element.text or "" for element in root.iterfind(path, SPACES)]


def test_defaults_fill_what_is_left_out() -> None:
    """An empty request scans the whole glass in colour at 300 dpi as JPEG."""
    wish = parse()
    assert wish.settings == ScanSettings(Input.PLATEN, Mode.COLOR, 300)
    assert wish.mime == "image/jpeg"


def test_a_complete_request_is_understood() -> None:
    """Region, input, mode, resolution and format arrive."""
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
        <pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat>
        <scan:DocumentFormatExt>image/png</scan:DocumentFormatExt>
        """,
    )
    region = Region(4, 8, 1200, 2400)
    assert wish.settings == ScanSettings(Input.DUPLEX, Mode.GRAY, 75, region)
    assert wish.mime == "image/png"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<a/>",
        b"<scan:ScanSettings/>",
        settings_xml("<scan:XResolution>many</scan:XResolution>"),
        settings_xml(f"<scan:XResolution>{'9' * 5000}</scan:XResolution>"),
        settings_xml(
            "<pwg:InputSource>Feeder</pwg:InputSource><scan:Duplex>maybe</scan:Duplex>",
        ),
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + settings_xml("&a;"),
        b'<?xml version="1.0" encoding="x-unknown"?><a/>',
        "<!DOCTYPE x><a/>".encode("utf-16"),
    ],
)
def test_what_is_no_request_is_a_message_error(body: bytes) -> None:
    """Broken, foreign and dangerous documents are refused as such."""
    with pytest.raises(MessageError):
        messages.parse_job_request(body, MODEL, FORMATS)


@pytest.mark.parametrize(
    "inside",
    [
        "<pwg:InputSource>Camera</pwg:InputSource>",
        "<scan:ColorMode>RGB48</scan:ColorMode>",
        "<scan:XResolution>75</scan:XResolution><scan:YResolution>300</scan:YResolution>",
        "<pwg:DocumentFormat>image/gif</pwg:DocumentFormat>",
        "<pwg:ScanRegion><pwg:ContentRegionUnits>cm</pwg:ContentRegionUnits></pwg:ScanRegion>",
    ],
)
def test_what_the_device_lacks_is_refused(inside: str) -> None:
    """A valid request for something else is a refusal, not a broken message."""
    with pytest.raises(SettingsRefused):
        parse(inside)


@pytest.mark.slow
@given(st.binary() | st.text().map(settings_xml))
def test_hostile_bodies_never_crash(body: bytes) -> None:
    """Whatever arrives is understood or refused."""
    with contextlib.suppress(MessageError, SettingsRefused):
        messages.parse_job_request(body, MODEL, FORMATS)


def test_capabilities_tell_all_inputs(model: Model) -> None:
    """Glass, simplex and duplex feeder are told with sizes, modes and formats."""
    document = messages.capabilities(model, FORMATS)
    for caps in (
        ".//scan:PlatenInputCaps",
        ".//scan:AdfSimplexInputCaps",
        ".//scan:AdfDuplexInputCaps",
    ):
        assert find(document, f"{caps}/scan:MaxWidth") == ["2480"]
        assert find(document, f"{caps}/scan:MaxHeight") == ["3507"]
        assert find(document, f"{caps}//scan:ColorMode") == [
            "BlackAndWhite1",
            "Grayscale8",
            "RGB24",
        ]
        assert find(document, f"{caps}//pwg:DocumentFormat") == list(FORMATS)
    assert find(document, "scan:UUID") == [model.uuid]


def test_status_follows_the_job(make_scanner: ScannerMaker) -> None:
    """The status tells the device's state, the feeder's, and every job's."""
    scanner = make_scanner(sheets=1, refill=False)
    assert find(messages.status(scanner), "pwg:State") == ["Idle"]
    job = scanner.start(ScanSettings(Input.FEEDER, Mode.GRAY, 75))
    assert find(messages.status(scanner), "pwg:State") == ["Processing"]
    assert find(messages.status(scanner), "scan:AdfState") == ["ScannerAdfProcessing"]
    assert find(messages.status(scanner), ".//pwg:ImagesToTransfer") == ["1"]
    scanner.next_page(job)
    scanner.next_page(job)
    assert find(messages.status(scanner), "scan:AdfState") == ["ScannerAdfEmpty"]
    assert find(messages.status(scanner), ".//pwg:JobState") == ["Completed"]
    assert find(messages.status(scanner), ".//pwg:ImagesCompleted") == ["1"]
    assert find(messages.status(scanner), ".//pwg:JobUuid") == [job.id]


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (FaultKind.JAM, "ScannerAdfJam"),
        (FaultKind.COVER_OPEN, "ScannerAdfHatchOpen"),
        (FaultKind.DOUBLE_FEED, "ScannerAdfMultipickDetected"),
    ],
)
def test_faults_have_names(
    make_scanner: ScannerMaker,
    kind: FaultKind,
    state: str,
) -> None:
    """A failed device is Stopped, and its feeder says why."""
    scanner = make_scanner(faults=(Fault(kind, 1),))
    with pytest.raises(DeviceFault):
        scanner.next_page(scanner.start(ScanSettings(Input.FEEDER, Mode.GRAY, 75)))
    assert find(messages.status(scanner), "pwg:State") == ["Stopped"]
    assert find(messages.status(scanner), "scan:AdfState") == [state]


def test_image_info_tells_the_size(make_scanner: ScannerMaker) -> None:
    """A host can ask how large the pages of a job are."""
    job = make_scanner().start(ScanSettings(Input.PLATEN, Mode.COLOR, 75))
    document = messages.image_info(job)
    assert find(document, "scan:ActualWidth") == ["620"]
    assert find(document, "scan:ActualBytesPerLine") == ["1860"]
