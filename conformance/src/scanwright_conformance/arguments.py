"""Command lines whose mistakes end with 3: with 2 a certification is incomplete."""

from __future__ import annotations

import argparse
import sys
from typing import Final, NoReturn

__all__ = ["USAGE_ERROR", "ArgumentParser"]

USAGE_ERROR: Final = 3


class ArgumentParser(argparse.ArgumentParser):
    """A parser that ends with the status that wrong arguments have here.

    So do the parsers of its subcommands: argparse makes them of the same class.
    """

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and how it is done."""
        self.print_usage(sys.stderr)
        self.exit(USAGE_ERROR, f"{self.prog}: error: {message}\n")
