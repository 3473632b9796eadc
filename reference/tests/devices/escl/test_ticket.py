"""Scan tickets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from scanwright.devices.escl.capabilities import Level, parse_capabilities
from scanwright.devices.escl.ticket import units, write_ticket
from scanwright.devices.escl.xml import parse, text
from scanwright.protocol.scanning import (
    Depth,
    PixelType,
    Region,
    ScanSettings,
    Source,
)

SETTINGS = ScanSettings(Source.FLATBED, Depth(PixelType.GRAY, 8), 300)
REGION = Region(25.4, 50.8, 12.7, 254)


@pytest.mark.parametrize(
    ("source", "place", "duplex"),
    [
        (Source.FLATBED, "Platen", ""),
        (Source.FEEDER, "Feeder", "false"),
        (Source.DUPLEX, "Feeder", "true"),
    ],
)
def test_ticket_says_what_is_wanted(
    capabilities: Callable[[], bytes], source: Source, place: str, duplex: str
) -> None:
    """The whole wish stands in the ticket, lengths in the device's units."""
    found = parse_capabilities(capabilities())
    ticket = write_ticket(replace(SETTINGS, source=source), REGION, found)
    root = parse(ticket, "ScanSettings")
    expected = {
        "InputSource": place,
        "Duplex": duplex,
        "ColorMode": "Grayscale8",
        "XResolution": "300",
        "YResolution": "300",
        "XOffset": "300",
        "YOffset": "600",
        "Width": "150",
        "Height": "3000",
        "DocumentFormat": "image/png",
        "DocumentFormatExt": "",
        "Brightness": "",
    }
    assert {name: text(root, name) for name in expected} == expected


def test_extras_are_sent_to_those_who_know_them(
    capabilities: Callable[[], bytes],
) -> None:
    """Levels are scaled, and the format's newer name is used where it is known."""
    found = replace(
        parse_capabilities(capabilities()),
        brightness=Level(-50, 50, 0, 1),
        contrast=Level(0, 10, 5, 1),
        has_format_extension=True,
    )
    wish = replace(SETTINGS, brightness=-500, contrast=1000)
    root = parse(write_ticket(wish, REGION, found), "ScanSettings")
    assert text(root, "Brightness") == "-25"
    assert text(root, "Contrast") == "10"
    assert text(root, "DocumentFormatExt") == "image/png"


def test_unit_is_a_three_hundredth_of_an_inch() -> None:
    """An inch has 300 units."""
    assert units(25.4) == 300
