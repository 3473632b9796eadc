"""A verdict: what a benchmark has missed, a sentence each, and the exit status."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

__all__ = ["add_option", "pronounce"]


def add_option(parser: argparse.ArgumentParser) -> None:
    """Offer `--assert`, which is read as `asserts`."""
    parser.add_argument(
        "--assert",
        action="store_true",
        dest="asserts",
        help="end with status 1, and say why, when a goal is missed",
    )


def pronounce(misses: Sequence[str]) -> int:
    """Print what was missed to stderr; return the exit status."""
    for miss in misses:
        print(f"missed: {miss}", file=sys.stderr)
    return 1 if misses else 0
