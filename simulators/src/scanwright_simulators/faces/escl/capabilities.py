"""ScannerCapabilities: what a device tells of itself. Pure.

All inputs have the size of the bed, for the engine knows one. Gray and colour have
8 bits: no file type that is offered here carries more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as ET

from scanwright_simulators.device import Input, Model
from scanwright_simulators.faces.escl.documents import PWG, SCAN, add, add_all, root_of
from scanwright_simulators.faces.escl.requests import (
    COLOR_MODES,
    INTENTS,
    SCALES,
    UNIT,
)

__all__ = ["FEEDER_CAPACITY", "capabilities"]

MINIMUM: Final = 16
FEEDER_CAPACITY: Final = 100
"""Sheets that the feeder is said to hold; a scenario may put in more."""

INPUT_CAPS: Final = {
    Input.PLATEN: "PlatenInputCaps",
    Input.FEEDER: "AdfSimplexInputCaps",
    Input.DUPLEX: "AdfDuplexInputCaps",
}


def capabilities(
    model: Model,
    formats: Sequence[str],
    *,
    admin_url: str = "",
) -> ET.Element:
    """Return the ScannerCapabilities document of a device."""
    root = root_of("ScannerCapabilities")
    add(root, PWG, "MakeAndModel", model.make_and_model)
    add(root, PWG, "SerialNumber", model.slug)
    add(root, SCAN, "UUID", model.uuid)
    if admin_url:
        add(root, SCAN, "AdminURI", f"{admin_url}/")
        add(root, SCAN, "IconURI", f"{admin_url}/icon.png")
    if Input.PLATEN in model.inputs:
        _add_input(add(root, SCAN, "Platen"), Input.PLATEN, model, formats)
    if model.has_feeder:
        _add_feeder(root, model, formats)
    _add_levels(root)
    add(root, SCAN, "BlankPageDetection", "true")
    add(root, SCAN, "BlankPageDetectionAndRemoval", "true")
    return root


def _add_feeder(root: ET.Element, model: Model, formats: Sequence[str]) -> None:
    adf = add(root, SCAN, "Adf")
    for source in (Input.FEEDER, Input.DUPLEX):
        if source in model.inputs:
            _add_input(adf, source, model, formats)
    add(adf, SCAN, "FeederCapacity", FEEDER_CAPACITY)
    options = ["DetectPaperLoaded"] + ["Duplex"] * (Input.DUPLEX in model.inputs)
    add_all(adf, SCAN, "AdfOptions/AdfOption", options)
    justification = add(adf, SCAN, "Justification")
    add(justification, PWG, "XImagePosition", "Left")
    add(justification, PWG, "YImagePosition", "Top")


def _add_input(
    parent: ET.Element,
    source: Input,
    model: Model,
    formats: Sequence[str],
) -> None:
    caps = add(parent, SCAN, INPUT_CAPS[source])
    add(caps, SCAN, "MinWidth", MINIMUM)
    add(caps, SCAN, "MaxWidth", model.bed.width // UNIT)
    add(caps, SCAN, "MinHeight", MINIMUM)
    add(caps, SCAN, "MaxHeight", model.bed.height // UNIT)
    add(caps, SCAN, "MaxScanRegions", 1)
    _add_profile(caps, model, formats)
    add_all(caps, SCAN, "SupportedIntents/Intent", INTENTS)
    best = max(model.resolutions_dpi)
    add(caps, SCAN, "MaxOpticalXResolution", best)
    add(caps, SCAN, "MaxOpticalYResolution", best)
    for side in ("Left", "Right", "Top", "Bottom"):
        add(caps, SCAN, f"Risky{side}Margin", 0)


def _add_profile(caps: ET.Element, model: Model, formats: Sequence[str]) -> None:
    profile = add(add(caps, SCAN, "SettingProfiles"), SCAN, "SettingProfile")
    modes = [COLOR_MODES[mode] for mode in model.modes]
    add_all(profile, SCAN, "ColorModes/ColorMode", modes)
    offered = add(profile, SCAN, "DocumentFormats")
    for mime in formats:
        add(offered, PWG, "DocumentFormat", mime)
    for mime in formats:
        add(offered, SCAN, "DocumentFormatExt", mime)
    resolutions = add(profile, SCAN, "SupportedResolutions")
    discrete = add(resolutions, SCAN, "DiscreteResolutions")
    for dpi in model.resolutions_dpi:
        resolution = add(discrete, SCAN, "DiscreteResolution")
        add(resolution, SCAN, "XResolution", dpi)
        add(resolution, SCAN, "YResolution", dpi)
    add_all(profile, SCAN, "ColorSpaces/ColorSpace", ["sRGB"])


def _add_levels(root: ET.Element) -> None:
    for name, scale in SCALES.items():
        support = add(root, SCAN, f"{name}Support")
        add(support, SCAN, "Min", scale.low)
        add(support, SCAN, "Max", scale.high)
        add(support, SCAN, "Normal", scale.normal)
        add(support, SCAN, "Step", 1)
