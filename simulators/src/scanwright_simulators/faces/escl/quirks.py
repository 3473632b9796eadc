"""Quirks: how devices of the field misbehave, each by name and one at a time. Pure.

Every quirk departs from `Quirk`, which behaves as the specification says, in the one
point that it imitates. A device may have several; they are asked in the order of the
table. What a quirk did is told to the journal by whoever asked it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from scanwright_simulators.device import Input, Job
from scanwright_simulators.device.journal import nearest
from scanwright_simulators.errors import StartError
from scanwright_simulators.faces.escl.documents import PWG, SCAN

__all__ = [
    "NAMES",
    "QUIRKS",
    "Ask",
    "Early",
    "Quirk",
    "QuirkRow",
    "Quirks",
    "Wire",
    "as_markdown",
]

ADF_STATE: Final = f"{{{SCAN}}}AdfState"
LATE_TIMES: Final = 2
LOADING_TIMES: Final = 3


@dataclass(frozen=True, slots=True)
class Early:
    """An answer in place of the proper one."""

    status: int
    reason: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ask:
    """What a quirk may know of a host that wants a job."""

    input: Input
    host: str
    is_loaded: bool


@dataclass(frozen=True, slots=True)
class Wire:
    """How answers look on the wire.

    `mime` is what pages are said to be, None for what they are. `is_rootless`: jobs are
    reached without the path of the device, too.
    """

    mime: str | None = None
    server: str | None = None
    has_length: bool = True
    closes: bool = False
    cuts_created: bool = False
    is_rootless: bool = False


class Quirk:
    """No quirk: every question is answered as the specification says."""

    def capabilities(self, root: ET.Element) -> None:
        """Change the ScannerCapabilities."""

    def status(self, root: ET.Element) -> None:
        """Change the ScannerStatus, and note that it was asked for."""

    def admit(self, ask: Ask) -> Early | None:
        """Refuse a job before the device looks at it."""
        del ask
        return None

    def location(self, location: str) -> str:
        """Return where a new job is said to be."""
        return location

    def page(self, job: Job) -> Early | None:
        """Answer in place of the next page."""
        del job
        return None

    def deleted(self, job: Job) -> None:
        """Take note that a host has deleted `job`, which is as it was before."""

    def wire(self, wire: Wire) -> Wire:
        """Return how answers look."""
        return wire


class Late(Quirk):
    """The first page of each job is refused some times, as if it were not there."""

    def __init__(self, status: int, times: int) -> None:
        self._status = status
        self._times = times
        self._job: Job | None = None
        self._refused = 0

    def page(self, job: Job) -> Early | None:
        """Refuse the first page of a job for now; one job runs at a time."""
        if job is not self._job:
            self._job, self._refused = job, 0
        if job.fed or self._refused == self._times:
            return None
        self._refused += 1
        headers = {"Retry-After": "1"} if self._status == 503 else {}
        return Early(self._status, "the page is still being scanned", headers)


class Located(Quirk):
    """The Location of a job is written in another way."""

    def __init__(self, write: Callable[[str], str]) -> None:
        self._write = write

    def location(self, location: str) -> str:
        """Return the location in that way."""
        return self._write(location)


class Wired(Quirk):
    """Answers look otherwise on the wire."""

    def __init__(self, change: Callable[[Wire], Wire]) -> None:
        self._change = change

    def wire(self, wire: Wire) -> Wire:
        """Return that look."""
        return self._change(wire)


class Rootless(Quirk):
    """Jobs are said to lie beside the path of the device, and do so."""

    def location(self, location: str) -> str:
        """Leave out the path of the device."""
        return location.replace("/eSCL/", "/", 1)

    def wire(self, wire: Wire) -> Wire:
        """Let jobs be reached there."""
        return replace(wire, is_rootless=True)


class StateFirst(Quirk):
    """No job begins unless the status was asked for since the job before it."""

    def __init__(self) -> None:
        self._was_asked = False

    def status(self, root: ET.Element) -> None:
        """Take note."""
        del root
        self._was_asked = True

    def admit(self, ask: Ask) -> Early | None:
        """Refuse a feeder's job out of the blue."""
        if not ask.input.is_fed:
            return None
        was_asked, self._was_asked = self._was_asked, False
        return None if was_asked else Early(409, "the status was not asked for before")


class EmptyIsJam(Quirk):
    """A job that finds no paper leaves a feeder that says it is jammed."""

    def __init__(self) -> None:
        self._is_jammed = False

    def admit(self, ask: Ask) -> Early | None:
        """Look whether the job will find paper."""
        if ask.input.is_fed:
            self._is_jammed = not ask.is_loaded
        return None

    def status(self, root: ET.Element) -> None:
        """Say jam for empty."""
        state = root.find(ADF_STATE)
        if state is not None and self._is_jammed and state.text == "ScannerAdfEmpty":
            state.text = "ScannerAdfJam"


class LocalhostOnly(Quirk):
    """Jobs are only taken from hosts that call the device `localhost`."""

    def admit(self, ask: Ask) -> Early | None:
        """Refuse others."""
        if ask.host.partition(":")[0] == "localhost":
            return None
        return Early(403, f"Host is {ask.host}, not localhost")

    def wire(self, wire: Wire) -> Wire:
        """Name the server by which such devices are known."""
        return replace(wire, server="HP_Compact_Server")


class DeleteBlocks(Quirk):
    """After DELETE of a finished job the device refuses the next job once."""

    def __init__(self) -> None:
        self._is_blocked = False

    def deleted(self, job: Job) -> None:
        """Take note."""
        del job
        self._is_blocked = True

    def admit(self, ask: Ask) -> Early | None:
        """Refuse once."""
        del ask
        was_blocked, self._is_blocked = self._is_blocked, False
        if not was_blocked:
            return None
        reason = "still busy with the job that was deleted"
        return Early(503, reason, {"Retry-After": "1"})


class AdfWord(Quirk):
    """The feeder has another word for one of its states."""

    def __init__(self, proper: str, word: str) -> None:
        self._proper = proper
        self._word = word

    def status(self, root: ET.Element) -> None:
        """Use the other word."""
        state = root.find(ADF_STATE)
        if state is not None and state.text == self._proper:
            state.text = self._word


class NoAdfState(Quirk):
    """The status says nothing of the feeder."""

    def status(self, root: ET.Element) -> None:
        """Leave its state out."""
        state = root.find(ADF_STATE)
        if state is not None:
            root.remove(state)


class OldVersion(Quirk):
    """A device of eSCL 2.0: DocumentFormatExt does not exist yet."""

    def capabilities(self, root: ET.Element) -> None:
        """Leave it out."""
        for formats in root.iter(f"{{{SCAN}}}DocumentFormats"):
            for extended in formats.findall(f"{{{SCAN}}}DocumentFormatExt"):
                formats.remove(extended)
        version = root.find(f"{{{PWG}}}Version")
        if version is not None:
            version.text = "2.0"


@dataclass(frozen=True, slots=True)
class QuirkRow:
    """A row of the table.

    `copes` says how sane-airscan does with it; `yes` is tested, with 0.99.27.
    """

    name: str
    imitates: str
    changes: str
    copes: str
    make: Callable[[], Quirk]


def _broken_ipv6(location: str) -> str:
    parts = urlsplit(location)
    return f"{parts.scheme}://[fe80{parts.path}"


def _path_only(location: str) -> str:
    return urlsplit(location).path


def _at_localhost(location: str) -> str:
    parts = urlsplit(location)
    return f"{parts.scheme}://localhost{parts.path}"


_ROWS: Final = (
    QuirkRow(
        "late-page-404",
        "Xerox B205, B215; Brother MFC-L2710DW between pages",
        f"the first page of a job is 404, {LATE_TIMES} times",
        'later than 0.99.27, with `model = "B205"`',
        lambda: Late(404, LATE_TIMES),
    ),
    QuirkRow(
        "late-page-410",
        "Xerox B205, B215, WorkCentre 3345",
        f"the first page of a job is 410, {LATE_TIMES} times",
        'later than 0.99.27, with `model = "B205"`',
        lambda: Late(410, LATE_TIMES),
    ),
    QuirkRow(
        "loading-503",
        "many, up to 30 times",
        f"the first page of a job is 503, {LOADING_TIMES} times",
        "yes",
        lambda: Late(503, LOADING_TIMES),
    ),
    QuirkRow(
        "broken-ipv6-location",
        "Xerox B205, B215",
        "Location is `http://[fe80/eSCL/ScanJobs/...`",
        'later than 0.99.27, with `model = "B205"`',
        lambda: Located(_broken_ipv6),
    ),
    QuirkRow(
        "relative-location",
        "several of HP",
        "Location is a path with a slash at its end",
        "yes",
        lambda: Located(lambda location: f"{_path_only(location)}/"),
    ),
    QuirkRow(
        "localhost-location",
        "several of HP behind ipp-usb",
        "Location names `localhost` without a port",
        "yes",
        lambda: Located(_at_localhost),
    ),
    QuirkRow(
        "location-without-root",
        "devices whose jobs lie beside their `rs`",
        "Location has no `/eSCL`, and jobs are there, too",
        "yes",
        Rootless,
    ),
    QuirkRow(
        "localhost-only",
        "HP LaserJet MFP M630, Color LaserJet Flow MFP M578",
        "POST ScanJobs is 403 unless Host is `localhost`",
        "yes",
        LocalhostOnly,
    ),
    QuirkRow(
        "adf-state-first",
        "Canon MF410",
        "a feeder's job is 409 unless ScannerStatus was asked for before it",
        "yes",
        StateFirst,
    ),
    QuirkRow(
        "empty-says-jam",
        "Xerox WorkCentre 3345, Canon MF410",
        "after a job that found no paper, AdfState is ScannerAdfJam",
        "tells a jam",
        EmptyIsJam,
    ),
    QuirkRow(
        "delete-side-effect",
        "Xerox B205, B215",
        "after DELETE of a finished job the next POST is 503, once",
        "yes",
        DeleteBlocks,
    ),
    QuirkRow(
        "door-open-word",
        "devices that say ScannerAdfDoorOpen",
        "AdfState of an open cover is ScannerAdfDoorOpen",
        "better than without",
        lambda: AdfWord("ScannerAdfHatchOpen", "ScannerAdfDoorOpen"),
    ),
    QuirkRow(
        "empty-says-processing",
        "Kyocera ECOSYS",
        "AdfState of an empty feeder is ScannerAdfProcessing",
        "yes",
        lambda: AdfWord("ScannerAdfEmpty", "ScannerAdfProcessing"),
    ),
    QuirkRow(
        "no-adf-state",
        "simple firmwares",
        "ScannerStatus has no AdfState",
        "yes",
        NoAdfState,
    ),
    QuirkRow(
        "no-format-ext",
        "devices of eSCL 2.0",
        "capabilities of version 2.0 without DocumentFormatExt",
        "yes",
        OldVersion,
    ),
    QuirkRow(
        "no-content-length",
        "Kyocera ECOSYS, many others",
        "pages are chunked",
        "yes",
        lambda: Wired(lambda wire: replace(wire, has_length=False)),
    ),
    QuirkRow(
        "wrong-content-type",
        "firmwares that know one type only",
        "pages are `application/octet-stream`",
        "yes",
        lambda: Wired(lambda wire: replace(wire, mime="application/octet-stream")),
    ),
    QuirkRow(
        "close-after-answer",
        "servers that speak HTTP/1.0",
        "the connection is closed after each answer",
        "yes",
        lambda: Wired(lambda wire: replace(wire, closes=True)),
    ),
    QuirkRow(
        "cut-created",
        "Kyocera ECOSYS M6526cdn",
        "the answer to POST ScanJobs breaks off after its headers",
        "later than 0.99.27",
        lambda: Wired(lambda wire: replace(wire, cuts_created=True)),
    ),
)

QUIRKS: Final[Mapping[str, QuirkRow]] = {row.name: row for row in _ROWS}
"""All quirks by name."""

NAMES: Final = tuple(QUIRKS)


class Quirks(Quirk):
    """The quirks of one device together; `told` hears what they did, by name."""

    def __init__(
        self,
        names: Iterable[str],
        told: Callable[[str, str], object],
    ) -> None:
        self._quirks = [(row.name, row.make()) for row in _rows(names)]
        self._told = told

    def capabilities(self, root: ET.Element) -> None:
        """Let each change the document."""
        for _, quirk in self._quirks:
            quirk.capabilities(root)

    def status(self, root: ET.Element) -> None:
        """Let each change the document."""
        for _, quirk in self._quirks:
            quirk.status(root)

    def admit(self, ask: Ask) -> Early | None:
        """Return the first refusal; all are asked, for some only look."""
        return self._first((name, quirk.admit(ask)) for name, quirk in self._quirks)

    def location(self, location: str) -> str:
        """Return what becomes of `location`."""
        written = location
        for name, quirk in self._quirks:
            before, written = written, quirk.location(written)
            if written != before:
                self._told(name, f"Location is {written}")
        return written

    def page(self, job: Job) -> Early | None:
        """Return the first answer in place of a page."""
        for name, quirk in self._quirks:
            if early := quirk.page(job):
                return self._first([(name, early)])
        return None

    def deleted(self, job: Job) -> None:
        """Let each take note."""
        for _, quirk in self._quirks:
            quirk.deleted(job)

    def wire(self, wire: Wire | None = None) -> Wire:
        """Return how answers of this device look."""
        look = wire or Wire()
        for _, quirk in self._quirks:
            look = quirk.wire(look)
        return look

    def _first(self, answers: Iterable[tuple[str, Early | None]]) -> Early | None:
        found = [(name, early) for name, early in answers if early]
        if not found:
            return None
        name, early = found[0]
        self._told(name, f"{early.status}: {early.reason}")
        return early


def as_markdown() -> str:
    """Return the table as documentation shows it."""
    lines = ["| Quirk | Imitates | What it changes | sane-airscan copes |"]
    lines.append("|---|---|---|---|")
    lines += [
        f"| `{row.name}` | {row.imitates} | {row.changes} | {row.copes} |"
        for row in QUIRKS.values()
    ]
    return "\n".join(lines)


def _rows(names: Iterable[str]) -> Sequence[QuirkRow]:
    """Return the rows of these names in the order of the table."""
    wanted = set(names)
    for name in sorted(wanted - QUIRKS.keys()):
        known, close = ", ".join(NAMES), nearest(name, NAMES)
        meant = f" ({close[0]} may be meant)" if close else ""
        raise StartError(f"no quirk {name!r}{meant}; there are: {known}")
    return [row for row in QUIRKS.values() if row.name in wanted]
