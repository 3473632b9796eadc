"""What the configuration says once it is read, and what is wrong with its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from scanwright.log import LogLevel
from scanwright.protocol.access import Access
from scanwright.protocol.origins import OriginPolicy

__all__ = [
    "CertificateFiles",
    "Configuration",
    "PortNumbers",
    "Problem",
    "Reading",
    "Source",
]


LONGEST: Final = 200
"""Characters of a wrong value that are shown; the file has the rest."""


@dataclass(frozen=True, slots=True)
class PortNumbers:
    """The four ports."""

    core: int = 18622
    core_tls: int = 18623
    manager: int = 18625
    manager_tls: int = 18626


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """Names of two files in the folder `cert`."""

    cert_name: str
    key_name: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """A complete set of settings; the defaults are those of the published interface."""

    ports: PortNumbers = PortNumbers()
    log_level: LogLevel = LogLevel.NORMAL
    server: str | None = None
    policy: OriginPolicy = field(default_factory=OriginPolicy)
    is_web_setup_enabled: bool = False
    prompts: frozenset[Access] = frozenset()
    domains: Mapping[str, CertificateFiles] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from."""

    file: Path
    line: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that counts for nothing; line 0 is the file as a whole."""

    file: Path
    line: int
    key: str
    value: str
    accepted: str
    reason: str = "is not accepted"

    def __str__(self) -> str:
        """Say where, what, why, and what to write instead."""
        place = f"{self.file}, line {self.line}" if self.line else f"{self.file}"
        what = "=".join(part for part in (self.key, self.value) if part)
        said = f"{_printable(what)} {self.reason}".lstrip()
        return f"{place}: {said}. Accepted: {self.accepted}."


@dataclass(frozen=True, slots=True)
class Reading:
    """What the files say, taken together.

    `values` has the effective text of each key, `sources` where it comes from; a key
    without a source has its default, or keeps the last good value.
    """

    configuration: Configuration
    problems: tuple[Problem, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


def _printable(text: str) -> str:
    short = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in short)
