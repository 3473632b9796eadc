"""How long the conversation of each clause takes: which are quick enough for companies.

`durations.json` holds seconds that were measured on the reference. Nothing is judged
by them; a clause that is not there counts as quick.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

__all__ = ["durations", "is_quick"]

QUICK_S: Final = 0.5


@cache
def durations() -> Mapping[str, float]:
    """Return seconds by clause; clauses that share a conversation have its time."""
    path = files("scanwright_conformance") / "durations.json"
    seconds: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return seconds


def is_quick(clause: str) -> bool:
    """Whether trying `clause` takes less than half a second."""
    return durations().get(clause, 0.0) < QUICK_S
