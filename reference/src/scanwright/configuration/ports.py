"""The two lists of ports: whose each port is, in whatever order they stand.

Texts are those that the settings show, so equal ports are equal texts.

Implements: CONFIG-ports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

from scanwright.configuration.settings import PORT_SETTINGS, PORT_WORDS
from scanwright.configuration.values import PortNumbers

__all__ = ["clashes", "port_numbers"]

DEFAULTS: Final = {setting.key: setting.default for setting in PORT_SETTINGS}
NAMES: Final = [(f"{word}_mn_0", f"{word}_mn_1") for word in PORT_WORDS]
NUMBERS: Final = [f"{word}_mp_{index}" for word in PORT_WORDS for index in (0, 1)]


def clashes(given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of keys that cannot both stand; what is not given is the default."""
    texts = {**DEFAULTS, **given}
    for first, second in (*NAMES, *combinations(NUMBERS, 2)):
        if texts[first] == texts[second]:
            yield first, second


def port_numbers(given: Mapping[str, str]) -> PortNumbers:
    """Return the ports of two lists without clashes."""
    texts = {**DEFAULTS, **given}
    ports = {
        (word, texts[f"{word}_mn_{index}"]): int(texts[f"{word}_mp_{index}"])
        for word in PORT_WORDS
        for index in (0, 1)
    }
    return PortNumbers(
        core=ports["Port", "dwt"],
        core_tls=ports["SSLPort", "dwt"],
        manager=ports["Port", "dcp"],
        manager_tls=ports["SSLPort", "dcp"],
    )
