"""Sections for host names: `[scan.example.com]` with cert_name and key_name.

The names are those of files in the folder `cert`, and cannot point out of it. A domain
whose section is not right as a whole keeps the pair of files that it had.

Implements: TLS-domain, CONFIG-wrong-value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from scanwright.configuration.claims import check_twice
from scanwright.configuration.ini import Entry
from scanwright.configuration.layers import Layer
from scanwright.configuration.settings import SECTION
from scanwright.configuration.values import CertificateFiles, Problem, Source

__all__ = ["Domains", "read_domains"]

CERTIFICATE: Final = "cert_name"
KEY: Final = "key_name"
ACCEPTED_FILE: Final = "the name of a file in the folder cert"
ACCEPTED_KEYS: Final = (
    "cert_name and key_name under [HOST.NAME], every other key under [DS]"
)
_FILE: Final = re.compile(r"\w[\w. -]*")
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


@dataclass(slots=True)
class Domains:
    """The pairs of files by host name, where the names are from, and what is wrong."""

    pairs: dict[str, CertificateFiles] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_domains(
    layers: Sequence[Layer], last_good: Mapping[str, CertificateFiles]
) -> Domains:
    """Read the sections of all files; of two equal keys the stronger one counts."""
    result = Domains()
    names: dict[str, dict[str, tuple[str, Source]]] = {}
    for layer in layers:
        entries = [e for e in layer.entries if e.section.upper() != SECTION]
        result.problems += check_twice(layer, entries)
        for entry in entries:
            if problem := _problem(layer, entry):
                result.problems.append(problem)
            if problem is None or problem.accepted == ACCEPTED_FILE:
                value = "" if problem else entry.value
                source = Source(layer.file, entry.line)
                keys = names.setdefault(entry.section.lower(), {})
                keys[entry.key.lower()] = value, source
    for domain, keys in names.items():
        result.problems += _missing(domain, keys)
        _conclude(result, domain, keys, last_good)
    return result


def _conclude(
    result: Domains,
    domain: str,
    keys: Mapping[str, tuple[str, Source]],
    last_good: Mapping[str, CertificateFiles],
) -> None:
    files = [keys[key][0] if key in keys else "" for key in (CERTIFICATE, KEY)]
    if all(files):
        result.pairs[domain] = CertificateFiles(*files)
        for key, (value, source) in keys.items():
            result.sources[f"[{domain}] {key}"] = source
            result.values[f"[{domain}] {key}"] = value
    elif domain in last_good:
        result.pairs[domain] = last_good[domain]


def _problem(layer: Layer, entry: Entry) -> Problem | None:
    """Return what is wrong with one entry by itself."""
    key = entry.key.lower()
    is_domain = _DOMAIN.fullmatch(entry.section.lower())
    if key not in {CERTIFICATE, KEY} or not is_domain:
        place = f"[{entry.section}]" if entry.section else "no section"
        reason, accepted = f"stands in {place}", ACCEPTED_KEYS
    elif not _FILE.fullmatch(entry.value):
        reason, accepted = "is not accepted", ACCEPTED_FILE
    else:
        return None
    return Problem(layer.file, entry.line, entry.key, entry.value, accepted, reason)


def _missing(domain: str, keys: Mapping[str, tuple[str, Source]]) -> Iterator[Problem]:
    for key in {CERTIFICATE, KEY} - keys.keys():
        (_, there), *_ = keys.values()
        yield Problem(
            there.file, there.line, key, "", ACCEPTED_FILE, f"is missing in [{domain}]"
        )
