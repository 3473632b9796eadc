"""The published table of faults, as tests read it: simulators/FAULTS.md."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

__all__ = ["LATER", "NOTHING", "SHORT", "THE_END", "Row", "read_table"]

TABLE: Final = Path(__file__).parent.parent / "simulators" / "FAULTS.md"
ROW: Final = re.compile(
    r"\| `(?P<fault>[^`]+)`(?P<all> ●)? "
    r"\| (?P<sane>[^|]+) \| (?P<airscan>[^|]+) "
    r"\| (?P<service_sane>[^|]+) \| (?P<service_escl>[^|]+) \|",
)
SHORT: Final = "a short page"
LATER: Final = "all pages, later"
THE_END: Final = "the end of the pages"
NOTHING: Final = "nothing, until cancelled"


@dataclass(frozen=True, slots=True)
class Row:
    """A fault at page 3, and what each reader is told."""

    fault: str
    is_for_all_clients: bool
    sane: str
    airscan: str
    service: dict[str, str]

    @property
    def rule(self) -> dict[str, Any]:
        """The fault as the control takes it: once, at page 3."""
        values = tomllib.loads(f"fault = {{ {self.fault} }}")["fault"]
        return {**values, "page": 3, "times": 1}


def read_table() -> list[Row]:
    """Return all rows; a table that is gone or empty is an error."""
    rows = [
        Row(
            fault=found["fault"],
            is_for_all_clients=found["all"] is not None,
            sane=found["sane"],
            airscan=found["airscan"],
            service={"sane": found["service_sane"], "escl": found["service_escl"]},
        )
        for found in ROW.finditer(TABLE.read_text("utf-8"))
    ]
    assert len(rows) > 10
    return rows
