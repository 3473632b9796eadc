"""Words of real backends."""

from __future__ import annotations

import pytest

from scanwright.devices.sane.words import modes, sources
from scanwright.protocol.scanning import PixelType, Source

BW, GRAY, RGB = PixelType.BW, PixelType.GRAY, PixelType.RGB


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ["Flatbed", "Automatic Document Feeder"],
            {Source.FLATBED: "Flatbed", Source.FEEDER: "Automatic Document Feeder"},
        ),
        (
            ["Flatbed", "ADF Front", "ADF Back", "ADF Duplex", "Card Front"],
            {
                Source.FLATBED: "Flatbed",
                Source.FEEDER: "ADF Front",
                Source.DUPLEX: "ADF Duplex",
            },
        ),
        (
            [
                "FlatBed",
                "Automatic Document Feeder(left aligned)",
                "Automatic Document Feeder(left aligned,Duplex)",
            ],
            {
                Source.FLATBED: "FlatBed",
                Source.FEEDER: "Automatic Document Feeder(left aligned)",
                Source.DUPLEX: "Automatic Document Feeder(left aligned,Duplex)",
            },
        ),
        (
            ["Auto", "Flatbed", "ADF", "Duplex"],
            {
                Source.FLATBED: "Flatbed",
                Source.FEEDER: "ADF",
                Source.DUPLEX: "Duplex",
            },
        ),
        (["Normal", "Transparency", "Negative"], {Source.FLATBED: "Normal"}),
        (["Document Table", "TPU8x10"], {Source.FLATBED: "Document Table"}),
        (["Transparency Unit"], {}),
    ],
)
def test_sources_of_real_backends(
    words: list[str], expected: dict[Source, str]
) -> None:
    """Feeder, duplex and flatbed are told apart; film is no paper."""
    assert sources(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ["Lineart", "Gray", "Color"],
            {"Lineart": (BW, 1), "Gray": (GRAY, None), "Color": (RGB, None)},
        ),
        (
            ["Black & White", "True Gray", "24bit Color"],
            {
                "Black & White": (BW, 1),
                "True Gray": (GRAY, None),
                "24bit Color": (RGB, 8),
            },
        ),
        (
            ["48 bits color", "16 bits gray"],
            {"48 bits color": (RGB, 16), "16 bits gray": (GRAY, 16)},
        ),
        (
            ["Binary", "Halftone", "Gray[Error Diffusion]", "24bit Color[Fast]"],
            {"Binary": (BW, 1), "24bit Color[Fast]": (RGB, 8)},
        ),
        (["Color Lineart", "Infrared", "Grayscale"], {"Grayscale": (GRAY, None)}),
    ],
)
def test_modes_of_real_backends(
    words: list[str], expected: dict[str, tuple[PixelType, int | None]]
) -> None:
    """Colour, gray and black-and-white are found; a number of bits is believed."""
    assert modes(words) == expected
