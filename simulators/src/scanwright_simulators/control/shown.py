"""What a terminal shows of devices: words and small tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["devices", "entry", "faults", "state"]

Told = dict[str, Any]


def devices(listed: Sequence[Told]) -> str:
    """Return a table of all devices."""
    rows = [("NAME", "STATE", "TRAY", "FOUND BY", "SLUG")]
    rows += [
        (each["name"], each["display"], _tray(each), _faces(each), each["slug"])
        for each in listed
    ]
    return _table(rows)


def state(told: Told) -> str:
    """Return what there is to know of one device."""
    rows = [
        ("state", ", ".join([told["display"], *_more(told)])),
        ("feeder", _feeder(told["feeder"])),
        ("glass", told["glass"]["label"] if told["glass"] else ""),
        ("job", _job(told["job"]) if told["job"] else ""),
        ("last job", _ended(told)),
        ("to do", _advice(told)),
        ("buttons", _buttons(told["buttons"])),
        ("faults", "; ".join(_rule(rule) for rule in told["faults"])),
        ("pages", f"{told['serial']} scanned so far" if told["serial"] else ""),
        *((each["type"], each["address"]) for each in told["addresses"]),
    ]
    head = f"{told['name']} ({told['make_and_model']})"
    return "\n".join(
        [head, *(f"  {name:<8} {text}" for name, text in rows if text)],
    )


def faults(rules: Sequence[Told]) -> str:
    """Return a table of the fault script."""
    if not rules:
        return "No faults are planned."
    rows = [("RULE", "FAULT", "FIRED")]
    rows += [(str(rule["id"]), rule["text"], _fired(rule)) for rule in rules]
    return _table(rows)


def entry(told: Told) -> str:
    """Return a line of the journal, with what almost happened below it."""
    line = f"{told['t_s']:>9.3f}  {told['device'] or '-':<16} {told['text']}"
    near = "".join(f"\n{'':>11}{'':<16} near: {text}" for text in told["near"])
    return line + near


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            text.ljust(width) for text, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )


def _tray(told: Told) -> str:
    feeder = told["feeder"]
    return f"{feeder['tray']} of {feeder['pile']}" if feeder else "-"


def _faces(told: Told) -> str:
    return ", ".join(told["faces"])


def _more(told: Told) -> list[str]:
    """Return the conditions that stand behind the gravest one."""
    kinds = [each["kind"].replace("_", " ") for each in told["conditions"][1:]]
    return [f"also {kind}" for kind in kinds]


def _feeder(feeder: Told | None) -> str:
    if feeder is None:
        return ""
    parts = [f"{feeder['tray']} in the tray"]
    parts += [f"{feeder['path']} in the path"] if feeder["path"] else []
    parts += [f"{feeder['output']} passed"] if feeder["output"] else []
    return ", ".join(parts) + (", refilled after each job" if feeder["refills"] else "")


def _job(job: Told) -> str:
    return (
        f"{job['pages']} pages for {job['host']}: "
        f"{job['input']}, {job['mode']}, {job['resolution_dpi']} dpi"
    )


def _ended(told: Told) -> str:
    """Return why the newest job ended early, if it did."""
    newest = next(iter(told["jobs"]), None)
    if newest is None or not newest["error"]:
        return ""
    return f"{newest['state'].lower()} after {newest['pages']} pages: {newest['error']}"


def _advice(told: Told) -> str:
    """Return what ends a condition: nothing else does, as on a real device."""
    kinds = {each["kind"] for each in told["conditions"]}
    steps = ["`scanwright device plug`"] if "offline" in kinds else []
    steps += ["`scanwright device clear`"] if kinds - {"offline"} else []
    return ", then ".join(steps)


def _buttons(buttons: Sequence[Told]) -> str:
    return ", ".join(f"{each['name']} pressed" for each in buttons if each["presses"])


def _rule(rule: Told) -> str:
    return f"{rule['id']}: {rule['text']} ({_fired(rule)})"


def _fired(rule: Told) -> str:
    if rule["is_spent"]:
        return "spent"
    return f"{rule['fired']} times" if rule["fired"] else "not yet"
