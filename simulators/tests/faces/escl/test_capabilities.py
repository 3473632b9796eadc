"""ScannerCapabilities: everything that a device can do, and no more."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

from scanwright_simulators.device import Input, Mode, Model
from scanwright_simulators.faces.escl.capabilities import capabilities
from scanwright_simulators.faces.escl.documents import PWG, SCAN

FORMATS = ("image/jpeg", "image/png")
SPACES = {"scan": SCAN, "pwg": PWG}


def find(root: ET.Element, path: str) -> list[str]:
    """Return the texts at `path`."""
    return [element.text or "" for element in root.iterfind(path, SPACES)]


def test_all_inputs_are_told(model: Model) -> None:
    """Glass, simplex and duplex feeder are told with sizes, modes and formats."""
    root = capabilities(model, FORMATS)
    for caps in (
        ".//scan:PlatenInputCaps",
        ".//scan:AdfSimplexInputCaps",
        ".//scan:AdfDuplexInputCaps",
    ):
        assert find(root, f"{caps}/scan:MaxWidth") == ["2480"]
        assert find(root, f"{caps}/scan:MaxHeight") == ["3507"]
        assert find(root, f"{caps}//scan:ColorMode") == [
            "BlackAndWhite1",
            "Grayscale8",
            "RGB24",
        ]
        assert find(root, f"{caps}//pwg:DocumentFormat") == list(FORMATS)
        assert find(root, f"{caps}//scan:DocumentFormatExt") == list(FORMATS)
        assert "BusinessCard" in find(root, f"{caps}//scan:Intent")
        assert len(find(root, f"{caps}//scan:XResolution")) == 6
    assert find(root, "scan:UUID") == [model.uuid]


def test_the_feeder_is_described(model: Model) -> None:
    """Capacity, options and the side to which sheets are pushed are told."""
    root = capabilities(model, FORMATS)
    assert find(root, "scan:Adf/scan:FeederCapacity") == ["100"]
    assert find(root, ".//scan:AdfOption") == ["DetectPaperLoaded", "Duplex"]
    assert find(root, ".//pwg:XImagePosition") == ["Left"]


def test_levels_and_blank_pages_are_offered(model: Model) -> None:
    """Each level comes with its range, and blank pages can be found and left out."""
    root = capabilities(model, FORMATS)
    for name in ("Brightness", "Contrast", "Threshold"):
        assert len(find(root, f"scan:{name}Support/*")) == 4
    assert find(root, "scan:BlankPageDetection") == ["true"]
    assert find(root, "scan:BlankPageDetectionAndRemoval") == ["true"]


def test_a_flatbed_claims_no_feeder(model: Model) -> None:
    """What a device lacks is not told."""
    flatbed = replace(model, inputs=(Input.PLATEN,), modes=(Mode.GRAY,))
    root = capabilities(flatbed, FORMATS)
    assert root.find("scan:Adf", SPACES) is None
    assert find(root, ".//scan:ColorMode") == ["Grayscale8"]


def test_a_simple_feeder_claims_no_glass_and_no_duplex(model: Model) -> None:
    """A feeder alone is a feeder alone."""
    root = capabilities(replace(model, inputs=(Input.FEEDER,)), FORMATS)
    assert root.find("scan:Platen", SPACES) is None
    assert root.find(".//scan:AdfDuplexInputCaps", SPACES) is None
    assert find(root, ".//scan:AdfOption") == ["DetectPaperLoaded"]


def test_the_addresses_for_people_are_told(model: Model) -> None:
    """Where it is known, the device tells of its page and its icon."""
    root = capabilities(model, FORMATS, admin_url="http://127.0.0.1:1")
    assert find(root, "scan:AdminURI") == ["http://127.0.0.1:1/"]
    assert find(root, "scan:IconURI") == ["http://127.0.0.1:1/icon.png"]
