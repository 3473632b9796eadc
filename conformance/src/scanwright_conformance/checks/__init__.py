"""The checks, one module for each area of the specification."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from scanwright_conformance.check import RegisteredCheck, registered

__all__ = ["load_checks"]


def load_checks() -> dict[str, RegisteredCheck]:
    """Import every module here and return the checks by clause id."""
    for module in sorted(found.name for found in iter_modules(__path__)):
        import_module(f"{__name__}.{module}")
    return registered()
