"""A target.toml to begin with: every key with its meaning, most of them commented out.

Text after `# ` is for the reader; a line that begins with `#` and a key is one to use.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from scanwright_conformance.target._description import SPECIAL_ROLES
from scanwright_conformance.target._devices import MAIN_ROLE
from scanwright_conformance.target._model import Target
from scanwright_conformance.target._schema import meanings, tables

__all__ = ["Draft", "Values", "adapter_skeleton", "description_text", "draft_of"]

SKELETON: Final = Path(__file__).parent / "adapter_skeleton.txt"
WIDTH: Final = 96
HEADING: Final = """\
# What `scanwright certify` is told of a service. TARGETS.md explains more.
#   scanwright target check {file}        reads this file and says what is wrong in it
#   scanwright certify --doctor {file}    tries whether what it says works
#   scanwright certify {file}             certifies the service
"""

Values = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of a target so far.

    `values` are keys by table, `has` the capabilities that it has for certain, and
    `listed` the names of its scanners.
    """

    values: Values = field(default_factory=dict)
    has: frozenset[str] = frozenset()
    listed: tuple[str, ...] = ()


def draft_of(probed: Target, listed: tuple[str, ...]) -> Draft:
    """Return what looking at a service that runs has shown."""
    addresses = {port.value: url for port, url in probed.addresses.urls.items()}
    needed = {MAIN_ROLE, *(probed.capabilities & set(SPECIAL_ROLES))}
    scanners = {
        role: device.name for role, device in probed.devices.items() if role in needed
    }
    values = {"target": {"name": probed.name, **addresses}, "scanners": scanners}
    return Draft(values, probed.capabilities, listed)


def description_text(
    file: str,
    draft: Draft,
    capabilities: Mapping[str, str],
) -> str:
    """Return the text of a description; `capabilities` have their meanings."""
    lines = [*HEADING.format(file=file).splitlines()]
    for name in tables():
        lines += ["", *_table(name, draft, capabilities)]
    return "\n".join([*lines, ""])


def adapter_skeleton() -> str:
    """Return a program that answers hello, and to everything else unsupported."""
    return SKELETON.read_text(encoding="utf-8")


def _table(
    name: str,
    draft: Draft,
    capabilities: Mapping[str, str],
) -> Iterator[str]:
    values = draft.values.get(name, {})
    yield from _comment(meanings()[name])
    is_used = bool(values) or name == "capabilities"
    yield f"[{name}]" if is_used else f"#[{name}]"
    if name == "capabilities":
        yield from _capabilities(draft.has, capabilities)
        return
    if name == "scanners" and draft.listed:
        yield from _comment(f"Listed are: {', '.join(draft.listed)}")
    for key, meant in tables()[name].items():
        yield from _comment(meant.meaning)
        if key in values:
            yield f"{key} = {_toml(values[key])}"
        else:
            yield f"#{key} = {_toml(meant.example)}"


def _capabilities(has: frozenset[str], known: Mapping[str, str]) -> Iterator[str]:
    yield "has = ["
    for name, meaning in known.items():
        yield from (f"  {line}" for line in _comment(meaning))
        yield f"  {'' if name in has else '#'}{_toml(name)},"
    yield "]"


def _comment(text: str) -> list[str]:
    # A name from a listing may have any character in it.
    printable = "".join(each if each.isprintable() else "?" for each in text)
    return textwrap.wrap(printable, WIDTH, initial_indent="# ", subsequent_indent="# ")


def _toml(value: Any) -> str:
    """Return a string, number or array as TOML, of which JSON's are nearly a part."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
