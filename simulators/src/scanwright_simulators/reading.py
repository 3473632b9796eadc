"""Reads scenarios from TOML files: every key checked, every mistake with its line.

Mistakes are ScenarioErrors that name file, line and key; what a scenario leaves out has
a useful default. The keys are told in simulators/README.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Final

from scanwright_simulators._table import Table, parse
from scanwright_simulators.device.faults import OF_FEEDERS, Fault
from scanwright_simulators.device.model import BUTTONS, Mechanics, Model
from scanwright_simulators.device.rules import RuleError, read_rule
from scanwright_simulators.device.settings import Input, Mode
from scanwright_simulators.errors import ScenarioError
from scanwright_simulators.faces.escl.quirks import QUIRKS
from scanwright_simulators.faces.sane_options import read_options
from scanwright_simulators.piles import (
    MOST_SHEETS,
    read_colour,
    read_pile,
    read_size,
)
from scanwright_simulators.scenario import (
    EsclPlan,
    PilePlan,
    SaneTest,
    ScannerPlan,
    Scenario,
)

__all__ = ["FACES", "built_in", "load", "read"]

FACES: Final = ("escl", "sane")
FORMATS: Final = ("image/jpeg", "image/png", "application/pdf")
RESOLUTIONS_DPI: Final = (75, 100, 150, 200, 300, 600)
FORBIDDEN_IN_NAMES: Final = frozenset('="\\#;')
"""They end a name in airscan.conf or in SCANWRIGHT_ESCL."""
HIGHEST_SEED: Final = 2**63 - 1
LONGEST_MDNS_NAME: Final = 63
"""Bytes of the name of a service (RFC 6763, section 4.1.1)."""
LONGEST_MDNS_MODEL: Final = 252
"""Bytes: a string of a TXT record has 255 (section 6.1), and `ty=` takes three."""


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
        seed=_read_seed(root),
        scanners=tuple(_read_scanners(root, folder)),
        sane_test=_read_sane_test(root.table("sane_test")),
        control_port=root.take("control_port", int, 0),
    )
    root.within("control_port", scenario.control_port, 0, 65535)
    root.done()
    if not scenario.scanners and not scenario.sane_test.devices:
        raise root.error("has no device; add a [[scanner]] or a [sane_test] table")
    return scenario


def _read_seed(root: Table) -> int:
    seed = root.take("seed", int, 1)
    root.within("seed", seed, 0, HIGHEST_SEED)
    return seed


def _read_sane_test(table: Table | None) -> SaneTest:
    if table is None:
        return SaneTest()
    devices = table.take("devices", int, 1)
    table.within("devices", devices, 0, 1000)
    options = read_options(table.table("options"))
    table.done()
    return SaneTest(devices, options)


def _read_scanners(root: Table, folder: Path) -> Iterator[ScannerPlan]:
    seen: set[str] = set()
    for table in root.tables("scanner"):
        for plan in _read_scanner(table, folder):
            _require_announceable(plan, table)
            slug = plan.model.slug
            if slug in seen:  # two such devices would print the same identities
                message = f"two devices are called {slug!r}; rename one"
                raise table.error(message, "name")
            seen.add(slug)
            yield plan


def _read_scanner(table: Table, folder: Path) -> Iterator[ScannerPlan]:
    plan = ScannerPlan(
        model=_read_model(table),
        faces=_read_words(table, "faces", FACES, FACES),
        tray=_read_tray(table, folder),
        glass=_read_glass(table, folder),
        escl=_read_escl(table.table("escl")),
        faults=tuple(_read_fault(fault) for fault in table.tables("faults")),
        refill=table.take("refill", bool, default=True),
        offline=table.take("offline", bool, default=False),
        background=read_colour(table, "background", "white"),
    )
    _refuse_feeder_parts(table, plan)
    count = table.take("count", int, 1)
    table.within("count", count, 1, 200)
    if count > 1 and plan.escl.port:
        raise table.error("a fixed escl.port is for one device only", "count")
    table.done()
    yield from _number(plan, count)


def _require_announceable(plan: ScannerPlan, table: Table) -> None:
    """Raise for what mDNS cannot carry, where it shall announce the device."""
    for key, text, most in (
        ("name", plan.model.name, LONGEST_MDNS_NAME),
        ("model", plan.model.make_and_model, LONGEST_MDNS_MODEL),
    ):
        length = len(text.encode())
        if plan.escl.mdns and length > most:
            message = f"has {length} bytes; mDNS announces {most} at most"
            raise table.error(f"{message}: shorten it, or leave mdns off", key)


def _refuse_feeder_parts(table: Table, plan: ScannerPlan) -> None:
    """Raise where a device without a feeder is given something for one."""
    if plan.model.has_feeder:
        return
    for key in ("tray", "sheets"):
        if key in table.values:
            raise table.error("is for scanners with a feeder, see inputs", key)
    for fault in plan.faults:
        if fault.kind in OF_FEEDERS:
            raise table.error(f"{fault.kind} only happens to feeders", "faults")


def _number(plan: ScannerPlan, count: int) -> Iterator[ScannerPlan]:
    if count == 1:
        yield plan
        return
    for number in range(1, count + 1):
        model = replace(plan.model, name=f"{plan.model.name} {number}")
        yield replace(plan, model=model)


def _read_model(table: Table) -> Model:
    name = table.take("name", str)
    if not name.strip() or not name.isprintable() or FORBIDDEN_IN_NAMES & set(name):
        message = 'must be printable, not empty and without any of = " \\ # ;'
        raise table.error(message, "name")
    make_and_model = table.take("model", str, "Scanwright Virtual Scanner")
    if not make_and_model.strip() or not make_and_model.isprintable():
        raise table.error("must be printable and not empty", "model")
    inputs = table.take_list("inputs", str, ["platen", "feeder", "duplex"])
    modes = table.take_list("modes", str, ["bw", "gray", "color"])
    dpi = table.take_list("resolutions_dpi", int, list(RESOLUTIONS_DPI))
    for value in dpi:
        table.within("resolutions_dpi", value, 25, 1200)
    depths = table.take_list("depths", int, [8])
    if not set(depths) <= {8, 16}:
        raise table.error("each must be 8 or 16", "depths")
    return Model(
        name=name.strip(),
        make_and_model=make_and_model,
        bed=read_size(table, "A4"),
        inputs=tuple(table.choose("inputs", Input, text) for text in inputs),
        resolutions_dpi=tuple(sorted(set(dpi))),
        modes=tuple(table.choose("modes", Mode, text) for text in modes),
        depths=tuple(sorted(set(depths))),
        buttons=_read_words(table, "buttons", BUTTONS, BUTTONS),
        mechanics=_read_mechanics(table),
    )


def _read_mechanics(table: Table) -> Mechanics:
    mechanics = Mechanics(
        page_time_s=table.take("page_time_s", float, 0.0),
        transport_mm_s=table.take("transport_mm_s", float, 0.0),
        warm_up_s=table.take("warm_up_s", float, 0.0),
        sleep_after_s=table.take("sleep_after_s", float, 0.0),
        scan_ahead=table.take("scan_ahead", int, 0),
    )
    for key in ("page_time_s", "transport_mm_s", "warm_up_s", "sleep_after_s"):
        table.within(key, getattr(mechanics, key), 0, 3600)
    table.within("scan_ahead", mechanics.scan_ahead, 0, 100)
    return mechanics


def _read_tray(table: Table, folder: Path) -> tuple[PilePlan, ...]:
    """Return the piles of the tray; `sheets` alone is a pile of generated pages."""
    piles = tuple(read_pile(pile, folder) for pile in table.tables("tray"))
    sheets = table.take("sheets", int, 0 if piles else 10)
    table.within("sheets", sheets, 0, MOST_SHEETS)
    if piles and sheets:
        raise table.error("is for scanners without [[scanner.tray]]", "sheets")
    return piles or (PilePlan(sheets=sheets, two_sided=True),)


def _read_glass(table: Table, folder: Path) -> PilePlan:
    below = table.table("glass")
    return PilePlan() if below is None else read_pile(below, folder)


def _read_escl(table: Table | None) -> EsclPlan:
    source = table or Table("", "scanner.escl", {}, {})
    plan = EsclPlan(
        formats=_read_words(source, "formats", FORMATS, FORMATS),
        port=source.take("port", int, 0),
        https=source.take("https", bool, default=False),
        mdns=source.take("mdns", bool, default=False),
        job_timeout_s=source.take("job_timeout_s", float, 60.0),
        quirks=_read_words(source, "quirks", (), tuple(QUIRKS)),
    )
    source.within("port", plan.port, 0, 65535)
    source.within("job_timeout_s", plan.job_timeout_s, 0.1, 3600)
    source.done()
    return plan


def _read_words(
    table: Table,
    key: str,
    default: Sequence[str],
    known: Sequence[str],
) -> tuple[str, ...]:
    words = table.take_list(key, str, list(default))
    for word in words:
        if word not in known:
            names = ", ".join(known)
            raise table.error(f"knows no {word!r}; there are: {names}", key)
    return tuple(words)


def _read_fault(table: Table) -> Fault:
    try:
        return read_rule(table.values)
    except RuleError as error:
        raise table.error(str(error), error.key) from None
