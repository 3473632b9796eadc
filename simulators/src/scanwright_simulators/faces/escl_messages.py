"""eSCL messages: XML in, values out, and the other way round. No sockets here.

Names and numbers follow the eSCL Technical Specification (Mopria Alliance). Requests
come from strangers: a document type is refused before anything in it is expanded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn
from xml.etree import ElementTree as ET

from scanwright_simulators.device import (
    FaultKind,
    Input,
    Job,
    JobState,
    Mode,
    Model,
    Region,
    ScanSettings,
    Size,
    VirtualScanner,
)
from scanwright_simulators.device.settings import STEPS_PER_INCH
from scanwright_simulators.errors import MessageError, SettingsRefused

__all__ = [
    "JobRequest",
    "adf_state",
    "capabilities",
    "image_info",
    "parse_job_request",
    "status",
]

SCAN: Final = "http://schemas.hp.com/imaging/escl/2011/05/03"
PWG: Final = "http://www.pwg.org/schemas/2010/12/sm"
VERSION: Final = "2.63"
UNIT: Final = STEPS_PER_INCH // 300
"""Steps of the engine in eSCL's unit of length."""

MINIMUM: Final = 16
COLOR_MODES: Final = {
    Mode.BW: "BlackAndWhite1",
    Mode.GRAY: "Grayscale8",
    Mode.COLOR: "RGB24",
}
ADF_FAULTS: Final = {
    FaultKind.JAM: "ScannerAdfJam",
    FaultKind.COVER_OPEN: "ScannerAdfHatchOpen",
    FaultKind.DOUBLE_FEED: "ScannerAdfMultipickDetected",
}
REASONS: Final = {
    JobState.PROCESSING: "JobScanning",
    JobState.COMPLETED: "JobCompletedSuccessfully",
    JobState.CANCELED: "JobCanceledByUser",
    JobState.ABORTED: "AbortedBySystem",
}
DEFAULT_DPI: Final = 300

ET.register_namespace("scan", SCAN)
ET.register_namespace("pwg", PWG)


@dataclass(frozen=True, slots=True)
class JobRequest:
    """What a host wants scanned, and the type of file that it wants."""

    settings: ScanSettings
    mime: str


class _Builder(ET.TreeBuilder):
    """Builds a tree and refuses document types: they only serve attacks here."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> NoReturn:
        """Refuse the document."""
        del name, pubid, system
        raise MessageError("a document type declaration is not allowed")


def parse_job_request(
    body: bytes,
    model: Model,
    formats: Sequence[str],
) -> JobRequest:
    """Return what `body` asks for, with the device's defaults for what it leaves out.

    Raises:
        MessageError: `body` is not a ScanSettings document.
        SettingsRefused: it is one, and names something that the device does not know.
    """
    root = _parse(body)
    if root.tag != f"{{{SCAN}}}ScanSettings":
        raise MessageError(f"the root is {root.tag}, not scan:ScanSettings")
    mime = _text(root, SCAN, "DocumentFormatExt") or _text(root, PWG, "DocumentFormat")
    if mime and mime not in formats:
        raise SettingsRefused(f"no format {mime}; there are: {', '.join(formats)}")
    settings = ScanSettings(
        input=_read_input(root, model),
        mode=_read_mode(root, model),
        resolution_dpi=_read_resolution(root, model),
        region=_read_region(root),
    )
    return JobRequest(settings, mime or formats[0])


def capabilities(model: Model, formats: Sequence[str]) -> bytes:
    """Return the ScannerCapabilities document of a device."""
    root = _root("ScannerCapabilities")
    _add(root, PWG, "MakeAndModel", model.make_and_model)
    _add(root, PWG, "SerialNumber", model.slug)
    _add(root, SCAN, "UUID", model.uuid)
    if Input.PLATEN in model.inputs:
        platen = _add(root, SCAN, "Platen")
        _add_input(platen, "PlatenInputCaps", model, formats)
    if model.has_feeder:
        adf = _add(root, SCAN, "Adf")
        if Input.FEEDER in model.inputs:
            _add_input(adf, "AdfSimplexInputCaps", model, formats)
        if Input.DUPLEX in model.inputs:
            _add_input(adf, "AdfDuplexInputCaps", model, formats)
        options = _add(adf, SCAN, "AdfOptions")
        _add(options, SCAN, "AdfOption", "DetectPaperLoaded")
        if Input.DUPLEX in model.inputs:
            _add(options, SCAN, "AdfOption", "Duplex")
    return _bytes(root)


def status(scanner: VirtualScanner) -> bytes:
    """Return the ScannerStatus document of a device."""
    root = _root("ScannerStatus")
    state = "Processing" if scanner.running else "Idle"
    _add(root, PWG, "State", "Stopped" if scanner.fault else state)
    if scanner.model.has_feeder:
        _add(root, SCAN, "AdfState", adf_state(scanner))
    if scanner.jobs:
        jobs = _add(root, SCAN, "Jobs")
        for job in scanner.jobs:
            _add_job(jobs, job, has_more=scanner.has_more(job))
    return _bytes(root)


def adf_state(scanner: VirtualScanner) -> str:
    """Return eSCL's word for what the feeder is doing."""
    if scanner.fault:
        return ADF_FAULTS[scanner.fault]
    running = scanner.running
    if running and running.settings.input is not Input.PLATEN:
        return "ScannerAdfProcessing"
    return "ScannerAdfLoaded" if scanner.is_loaded else "ScannerAdfEmpty"


def image_info(job: Job) -> bytes:
    """Return the ScanImageInfo document: the size of the pages of `job`."""
    view = job.view
    bits = {Mode.BW: 1, Mode.GRAY: 8, Mode.COLOR: 24}[view.mode]
    root = ET.Element(f"{{{SCAN}}}ScanImageInfo")
    _add(root, PWG, "JobUuid", job.id)
    _add(root, SCAN, "ActualWidth", view.width_px)
    _add(root, SCAN, "ActualHeight", view.height_px)
    _add(root, SCAN, "ActualBytesPerLine", (view.width_px * bits + 7) // 8)
    return _bytes(root)


def _parse(body: bytes) -> ET.Element:
    parser = ET.XMLParser(target=_Builder())  # noqa: S314  document types are refused
    try:
        parser.feed(body)
        root = parser.close()
    except (ET.ParseError, LookupError, ValueError) as error:
        raise MessageError(f"no XML: {error}") from error
    if not isinstance(root, ET.Element):
        raise MessageError("no XML: there is no root")
    return root


def _text(root: ET.Element, space: str, name: str) -> str:
    found = root.find(f".//{{{space}}}{name}")
    return (found.text or "").strip() if found is not None else ""


def _number(root: ET.Element, space: str, name: str, default: int) -> int:
    text = _text(root, space, name)
    if not text:
        return default
    try:
        return int(text)
    except ValueError:
        raise MessageError(f"{name} is no whole number: {text[:40]!r}") from None


def _read_input(root: ET.Element, model: Model) -> Input:
    source = _text(root, PWG, "InputSource")
    if not source:
        return model.inputs[0]
    if source == "Platen":
        return Input.PLATEN
    if source != "Feeder":
        raise SettingsRefused(f"no InputSource {source}; there are: Platen, Feeder")
    duplex = _text(root, SCAN, "Duplex") or "false"
    if duplex not in {"true", "false", "1", "0"}:
        raise MessageError(f"Duplex is neither true nor false: {duplex[:40]!r}")
    return Input.DUPLEX if duplex in {"true", "1"} else Input.FEEDER


def _read_mode(root: ET.Element, model: Model) -> Mode:
    name = _text(root, SCAN, "ColorMode")
    if not name:
        return model.modes[-1]
    for mode in model.modes:
        if COLOR_MODES[mode] == name:
            return mode
    known = ", ".join(COLOR_MODES[mode] for mode in model.modes)
    raise SettingsRefused(f"no ColorMode {name}; there are: {known}")


def _read_resolution(root: ET.Element, model: Model) -> int:
    offer = model.resolutions_dpi
    default = DEFAULT_DPI if DEFAULT_DPI in offer else offer[0]
    x = _number(root, SCAN, "XResolution", default)
    y = _number(root, SCAN, "YResolution", x)
    if x != y:
        raise SettingsRefused(f"XResolution {x} and YResolution {y} must be equal")
    return x


def _read_region(root: ET.Element) -> Region | None:
    region = root.find(f".//{{{PWG}}}ScanRegion")
    if region is None:
        return None
    units = _text(region, PWG, "ContentRegionUnits")
    if units and not units.endswith("ThreeHundredthsOfInches"):
        raise SettingsRefused(f"no units {units}; use ThreeHundredthsOfInches")
    return Region(
        left=UNIT * _number(region, PWG, "XOffset", 0),
        top=UNIT * _number(region, PWG, "YOffset", 0),
        width=UNIT * _number(region, PWG, "Width", 0),
        height=UNIT * _number(region, PWG, "Height", 0),
    )


def _root(name: str) -> ET.Element:
    root = ET.Element(f"{{{SCAN}}}{name}")
    _add(root, PWG, "Version", VERSION)
    return root


def _add(
    parent: ET.Element,
    space: str,
    name: str,
    value: str | int | None = None,
) -> ET.Element:
    child = ET.SubElement(parent, f"{{{space}}}{name}")
    if value is not None:
        child.text = str(value)
    return child


def _add_list(
    parent: ET.Element,
    name: str,
    items: Iterable[tuple[str, str, str]],
) -> None:
    inside = _add(parent, SCAN, name)
    for space, item, value in items:
        _add(inside, space, item, value)


def _add_input(
    parent: ET.Element,
    name: str,
    model: Model,
    formats: Sequence[str],
) -> None:
    caps = _add(parent, SCAN, name)
    size = Size(model.bed.width // UNIT, model.bed.height // UNIT)
    _add(caps, SCAN, "MinWidth", MINIMUM)
    _add(caps, SCAN, "MaxWidth", size.width)
    _add(caps, SCAN, "MinHeight", MINIMUM)
    _add(caps, SCAN, "MaxHeight", size.height)
    _add(caps, SCAN, "MaxScanRegions", 1)
    profile = _add(_add(caps, SCAN, "SettingProfiles"), SCAN, "SettingProfile")
    modes = [(SCAN, "ColorMode", COLOR_MODES[mode]) for mode in model.modes]
    _add_list(profile, "ColorModes", modes)
    _add_list(
        profile,
        "DocumentFormats",
        [
            *((PWG, "DocumentFormat", mime) for mime in formats),
            *((SCAN, "DocumentFormatExt", mime) for mime in formats),
        ],
    )
    resolutions = _add(profile, SCAN, "SupportedResolutions")
    discrete = _add(resolutions, SCAN, "DiscreteResolutions")
    for dpi in model.resolutions_dpi:
        resolution = _add(discrete, SCAN, "DiscreteResolution")
        _add(resolution, SCAN, "XResolution", dpi)
        _add(resolution, SCAN, "YResolution", dpi)
    _add_list(caps, "SupportedIntents", [(SCAN, "Intent", "Document")])
    _add(caps, SCAN, "MaxOpticalXResolution", model.resolutions_dpi[-1])
    _add(caps, SCAN, "MaxOpticalYResolution", model.resolutions_dpi[-1])


def _add_job(parent: ET.Element, job: Job, *, has_more: bool) -> None:
    info = _add(parent, SCAN, "JobInfo")
    _add(info, PWG, "JobUri", f"/eSCL/ScanJobs/{job.id}")
    _add(info, PWG, "JobUuid", job.id)
    _add(info, PWG, "ImagesCompleted", job.pages)
    _add(info, PWG, "ImagesToTransfer", int(has_more))
    _add(info, PWG, "JobState", job.state.value)
    reasons = _add(info, PWG, "JobStateReasons")
    _add(reasons, PWG, "JobStateReason", REASONS[job.state])


def _bytes(root: ET.Element) -> bytes:
    body: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return body
