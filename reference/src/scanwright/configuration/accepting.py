"""What the text of a value must look like, and what it then means.

Each `parse_...` raises ValueError for what is not accepted; each `show_...` writes a
value as a file would.
"""

from __future__ import annotations

import ipaddress
from typing import Final

from scanwright.protocol.origins import OriginPolicy, parse_origin

__all__ = [
    "good_origins",
    "parse_address",
    "parse_origins",
    "parse_port",
    "parse_truth",
    "parse_word",
    "show_origins",
    "show_truth",
]

LOWEST_PORT: Final = 1024
HIGHEST_PORT: Final = 65535
TRUTHS: Final = {"true": True, "false": False}


def parse_word(text: str, *words: str) -> str:
    """Accept these words, in any capitals."""
    if text.lower() not in words:
        raise ValueError(text)
    return text.lower()


def parse_port(text: str) -> int:
    """Accept a port that needs no administrator."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise ValueError(text)
    if not LOWEST_PORT <= int(text) <= HIGHEST_PORT:
        raise ValueError(text)
    return int(text)


def parse_address(text: str) -> str | None:
    """Accept an IP address; nothing means none."""
    return str(ipaddress.ip_address(text)) if text else None


def parse_truth(text: str) -> bool:
    """Accept TRUE and FALSE."""
    return TRUTHS[parse_word(text, *TRUTHS)]


def show_truth(truth: object) -> str:
    """Write TRUE or FALSE."""
    return "TRUE" if truth else "FALSE"


def parse_origins(text: str) -> OriginPolicy:
    """Accept `*`, or a list of origins."""
    if text == "*":
        return OriginPolicy()
    return OriginPolicy(frozenset(parse_origin(part) for part in text.split(",")))


def good_origins(text: str) -> OriginPolicy:
    """Let in those of a list that can be read, and nobody else."""
    good = set()
    for part in text.split(","):
        try:
            good.add(parse_origin(part))
        except ValueError:
            continue
    return OriginPolicy(frozenset(good))


def show_origins(policy: OriginPolicy) -> str:
    """Write the list, or `*`."""
    return "*" if policy.allowed is None else ", ".join(sorted(policy.allowed))
