"""Scenarios: which virtual scanners there are, read from a TOML file.

The schema is told in simulators/README.md. Mistakes are ScenarioErrors that name file,
line and key; what a scenario leaves out has a useful default.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Final

from scanwright_simulators._table import Table, parse
from scanwright_simulators.device.model import Fault, FaultKind, Model
from scanwright_simulators.device.settings import Input, Mode, Size
from scanwright_simulators.errors import ScenarioError
from scanwright_simulators.faces.sane_options import SaneOptions, read_options

__all__ = ["EsclDevice", "SaneTest", "Scenario", "built_in", "load"]

PAPER_MM: Final = {
    "A3": (297.0, 420.0),
    "A4": (210.0, 297.0),
    "A5": (148.0, 210.0),
    "Letter": (215.9, 279.4),
    "Legal": (215.9, 355.6),
}
FORMATS: Final = ("image/jpeg", "image/png", "application/pdf")
RESOLUTIONS_DPI: Final = (75, 100, 150, 200, 300, 600)
FORBIDDEN_IN_NAMES: Final = frozenset('="\\#;')
"""They end a name in airscan.conf or in SCANWRIGHT_ESCL."""


@dataclass(frozen=True, slots=True)
class EsclDevice:
    """One virtual eSCL scanner, what lies in it, and how it behaves."""

    model: Model
    formats: tuple[str, ...]
    sheets: int
    refill: bool
    two_sided: bool
    feeder_content: tuple[Path, ...]
    platen_content: tuple[Path, ...]
    faults: tuple[Fault, ...]
    page_time_s: float
    stall_at_page: int
    job_timeout_s: float
    port: int
    mdns: bool
    offline: bool


@dataclass(frozen=True, slots=True)
class SaneTest:
    """Devices of SANE's own test backend."""

    devices: int
    options: SaneOptions


@dataclass(frozen=True, slots=True)
class Scenario:
    """All hardware that a command will find."""

    name: str
    description: str
    seed: int
    escl: tuple[EsclDevice, ...]
    sane: SaneTest


def built_in() -> dict[str, str]:
    """Return the scenarios that come with the package, name to TOML text."""
    folder = resources.files("scanwright_simulators") / "scenarios"
    return {
        file.name.removesuffix(".toml"): file.read_text("utf-8")
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    }


def load(name_or_path: str) -> Scenario:
    """Return the built-in scenario of that name, else the one in that file."""
    known = built_in()
    if name_or_path in known:
        file = f"{name_or_path}.toml"
        return read(known[name_or_path], name=name_or_path, file=file, folder=Path())
    path = Path(name_or_path)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8"
        message = f"{reason}; a path, or one of: {', '.join(known)}"
        raise ScenarioError(message, file=name_or_path, line=0, key="") from error
    return read(text, name=path.stem, file=name_or_path, folder=path.parent)


def read(text: str, *, name: str, file: str, folder: Path) -> Scenario:
    """Return the scenario that `text` spells; its content lies beside `folder`."""
    root = parse(text, file)
    scenario = Scenario(
        name=name,
        description=root.take("description", str, ""),
        seed=root.take("seed", int, 1),
        escl=tuple(_read_all_escl(root, folder)),
        sane=_read_sane(root.table("sane")),
    )
    root.done()
    if not scenario.escl and not scenario.sane.devices:
        raise root.error("has no device; add an [[escl]] table or a [sane] table")
    return scenario


def _read_sane(table: Table | None) -> SaneTest:
    if table is None:
        return SaneTest(0, ())
    devices = table.take("devices", int, 1)
    table.within("devices", devices, 0, 1000)
    options = read_options(table.table("options"))
    table.done()
    return SaneTest(devices, options)


def _read_all_escl(root: Table, folder: Path) -> Iterator[EsclDevice]:
    seen: set[str] = set()
    for table in root.tables("escl"):
        for device in _read_escl(table, folder):
            slug = device.model.slug
            if slug in seen:  # two such devices would print the same identities
                message = f"two devices are called {slug!r}; rename one"
                raise table.error(message, "name")
            seen.add(slug)
            yield device


def _read_escl(table: Table, folder: Path) -> Iterator[EsclDevice]:
    device = EsclDevice(
        model=_read_model(table),
        formats=_read_formats(table),
        sheets=table.take("sheets", int, 10),
        refill=table.take("refill", bool, default=True),
        two_sided=table.take("two_sided", bool, default=False),
        feeder_content=_read_paths(table, "feeder_content", folder),
        platen_content=_read_paths(table, "platen_content", folder),
        faults=tuple(_read_fault(fault) for fault in table.tables("faults")),
        page_time_s=table.take("page_time_s", float, 0.0),
        stall_at_page=table.take("stall_at_page", int, 0),
        job_timeout_s=table.take("job_timeout_s", float, 60.0),
        port=table.take("port", int, 0),
        mdns=table.take("mdns", bool, default=False),
        offline=table.take("offline", bool, default=False),
    )
    count = table.take("count", int, 1)
    table.within("sheets", device.sheets, 0, 100_000)
    table.within("page_time_s", device.page_time_s, 0, 3600)
    table.within("stall_at_page", device.stall_at_page, 0, 100_000)
    table.within("job_timeout_s", device.job_timeout_s, 0.1, 3600)
    table.within("port", device.port, 0, 65535)
    table.within("count", count, 1, 200)
    if count > 1 and device.port:
        raise table.error("cannot be fixed for more than one device", "port")
    table.done()
    yield from _number(device, count)


def _number(device: EsclDevice, count: int) -> Iterator[EsclDevice]:
    if count == 1:
        yield device
        return
    for number in range(1, count + 1):
        model = replace(device.model, name=f"{device.model.name} {number}")
        yield replace(device, model=model)


def _read_model(table: Table) -> Model:
    name = table.take("name", str)
    if not name.strip() or not name.isprintable() or FORBIDDEN_IN_NAMES & set(name):
        message = 'must be printable, not empty and without any of = " \\ # ;'
        raise table.error(message, "name")
    inputs = table.take_list("inputs", str, ["platen", "feeder", "duplex"])
    modes = table.take_list("modes", str, ["bw", "gray", "color"])
    dpi = table.take_list("resolutions_dpi", int, list(RESOLUTIONS_DPI))
    for value in dpi:
        table.within("resolutions_dpi", value, 25, 1200)
    return Model(
        name=name.strip(),
        make_and_model=table.take("model", str, "Scanwright Virtual Scanner"),
        bed=_read_bed(table),
        inputs=tuple(table.choose("inputs", Input, text) for text in inputs),
        resolutions_dpi=tuple(sorted(set(dpi))),
        modes=tuple(table.choose("modes", Mode, text) for text in modes),
    )


def _read_bed(table: Table) -> Size:
    if "bed_mm" in table.values:
        sides = table.take_list("bed_mm", int | float, [])  # type: ignore[arg-type]  # a union is no type to mypy
        if len(sides) != 2:
            raise table.error("must be [width, height]", "bed_mm")
        for side in sides:
            table.within("bed_mm", float(side), 20, 1000)
        return Size.of_mm(float(sides[0]), float(sides[1]))
    paper = table.take("paper", str, "A4")
    if paper not in PAPER_MM:
        known = ", ".join(PAPER_MM)
        raise table.error(f"knows no {paper!r}; there are: {known}", "paper")
    return Size.of_mm(*PAPER_MM[paper])


def _read_formats(table: Table) -> tuple[str, ...]:
    formats = table.take_list("formats", str, list(FORMATS))
    for mime in formats:
        if mime not in FORMATS:
            known = ", ".join(FORMATS)
            raise table.error(f"knows no {mime!r}; there are: {known}", "formats")
    return tuple(formats)


def _read_paths(table: Table, key: str, folder: Path) -> tuple[Path, ...]:
    paths = tuple(folder / name for name in table.take_list(key, str, []))
    for path in paths:
        if not path.exists():
            raise table.error(f"there is no {path}", key)
    return paths


def _read_fault(table: Table) -> Fault:
    fault = Fault(
        kind=table.choose("kind", FaultKind, table.take("kind", str)),
        page=table.take("page", int, 1),
    )
    table.within("page", fault.page, 1, 100_000)
    table.done()
    return fault
