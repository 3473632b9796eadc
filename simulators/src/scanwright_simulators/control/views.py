"""Views: what the control tells of a device, in types that JSON has."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from scanwright_simulators.device import (
    DeviceState,
    Fault,
    Input,
    Job,
    Model,
    Side,
    Size,
    VirtualScanner,
)
from scanwright_simulators.device.content import Content
from scanwright_simulators.device.faults import Rule
from scanwright_simulators.device.feeder import Place, Placed
from scanwright_simulators.device.settings import MM_PER_INCH, STEPS_PER_INCH
from scanwright_simulators.faces.face import Installed

__all__ = ["DISPLAYED", "detail", "fault_rule", "summary"]


DISPLAYED: Final = {
    DeviceState.OFFLINE: "Unplugged",
    DeviceState.COVER_OPEN: "Cover open",
    DeviceState.JAM: "Paper jam",
    DeviceState.DOUBLE_FEED: "Double feed",
    DeviceState.HARDWARE: "Hardware failure",
    DeviceState.LOCKED: "Transport locked",
    DeviceState.BUSY: "Held by another host",
    DeviceState.WARMING_UP: "Warming up",
    DeviceState.SCANNING: "Scanning",
    DeviceState.SLEEPING: "Asleep",
    DeviceState.IDLE: "Ready",
}
"""What the small display of a device says."""


def summary(installed: Installed) -> dict[str, Any]:
    """Return what a list of many devices shows of one."""
    scanner = installed.scanner
    scanner.look_ahead()  # what nobody asked for has happened all the same
    model, state = scanner.model, scanner.state
    return {
        "slug": model.slug,
        "name": model.name,
        "make_and_model": model.make_and_model,
        "state": state.value,
        "display": _displayed(scanner, state),
        "conditions": [_condition(fault) for fault in scanner.conditions],
        "is_asleep": scanner.is_sleeping,
        "locked_by": scanner.locked_by,
        "feeder": _feeder(installed) if model.has_feeder else None,
        "job": _job(scanner.running) if scanner.running else None,
        "serial": scanner.serial,
        "rules": len(scanner.script.rules),
        "faces": list(installed.plan.faces),
    }


def detail(
    installed: Installed,
    *,
    addresses: Sequence[Mapping[str, str]] = (),
    first: int = 1,
    count: int = 100,
) -> dict[str, Any]:
    """Return everything of one device; of its sheets `count` from number `first` on."""
    scanner = installed.scanner
    listed = scanner.feeder.pile[first - 1 : first - 1 + count]
    return {
        **summary(installed),
        "model": _model(scanner.model),
        "addresses": list(addresses),
        "glass": _side(scanner.glass) if _has_glass(scanner) else None,
        "sheets": list(_sheets(scanner, listed)),
        "buttons": [
            {"name": name, "presses": scanner.buttons[name]}
            for name in scanner.model.buttons
        ],
        "faults": [fault_rule(rule) for rule in scanner.script.rules],
        "jobs": [_job(job) for job in scanner.jobs],
    }


def _has_glass(scanner: VirtualScanner) -> bool:
    return Input.PLATEN in scanner.model.inputs


def fault_rule(rule: Rule) -> dict[str, Any]:
    """Return a rule of the script, and how often it has fired."""
    return {
        "id": rule.id,
        "text": str(rule.fault),
        "fired": rule.fired,
        "is_spent": rule.is_spent,
        **asdict(rule.fault),
    }


def _displayed(scanner: VirtualScanner, state: DeviceState) -> str:
    if state is DeviceState.BUSY and scanner.locked_by:
        return f"Held by {scanner.locked_by}"
    if state is DeviceState.SCANNING and scanner.running:
        return f"Scanning page {scanner.running.pages + 1}"
    return DISPLAYED[state]


def _condition(fault: Fault) -> dict[str, Any]:
    return {"kind": fault.kind.value, "clears": fault.clears.value, "text": str(fault)}


def _feeder(installed: Installed) -> dict[str, Any]:
    feeder = installed.scanner.feeder
    return {
        "tray": len(feeder.tray),
        "path": len(feeder.path),
        "output": len(feeder.output),
        "pile": len(feeder.pile),
        "next": feeder.tray[0].number if feeder.tray else None,
        "refills": installed.scanner.refill,
    }


def _model(model: Model) -> dict[str, Any]:
    return {
        "uuid": model.uuid,
        "bed_mm": _millimetres(model.bed),
        "inputs": [each.value for each in model.inputs],
        "resolutions_dpi": list(model.resolutions_dpi),
        "modes": [each.value for each in model.modes],
        "depths": list(model.depths),
        "mechanics": asdict(model.mechanics),
    }


def _sheets(
    scanner: VirtualScanner,
    listed: tuple[Placed, ...],
) -> Iterator[dict[str, Any]]:
    feeder = scanner.feeder
    # One look at each place: asking for every sheet would look at all of them.
    elsewhere = {placed.number: Place.OUTPUT for placed in feeder.output}
    elsewhere |= {placed.number: Place.PATH for placed in feeder.path}
    for placed in listed:
        yield {
            "number": placed.number,
            "place": elsewhere.get(placed.number, Place.TRAY).value,
            "sides": {
                Side.FRONT.value: _side(placed.sheet.front),
                Side.BACK.value: _side(placed.sheet.back),
            },
        }


def _side(content: Content) -> dict[str, Any]:
    return {
        "label": content.label,
        "size_mm": _millimetres(content.size),
        # Changes with the picture, so that a browser knows when to ask for it again.
        "picture": f"{zlib.crc32(repr(content).encode()):08x}",
    }


def _job(job: Job) -> dict[str, Any]:
    settings = job.settings
    return {
        "id": job.id,
        "host": job.host,
        "state": job.state.value,
        "input": settings.input.value,
        "mode": settings.mode.value,
        "resolution_dpi": settings.resolution_dpi,
        "width_px": job.view.width_px,
        "height_px": job.view.height_px,
        "fed": job.fed,
        "pages": job.pages,
        "error": job.reason or None,
    }


def _millimetres(size: Size) -> list[float]:
    return [
        round(length * MM_PER_INCH / STEPS_PER_INCH, 1)
        for length in (size.width, size.height)
    ]
