"""The suite that is installed here: what a bundle is judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from scanwright_conformance.check import RegisteredCheck
    from scanwright_spec import Clause

__all__ = ["Suite", "this_suite"]


class Suite(TypedDict):
    """A version of the suite, with its clauses and checks."""

    suite_version: str
    clauses: Sequence[Clause]
    checks: Mapping[str, RegisteredCheck]


def this_suite() -> Suite:
    """Return the one that runs now."""
    from importlib.metadata import version

    import scanwright_spec
    from scanwright_conformance.checks import load_checks

    return Suite(
        suite_version=version("scanwright"),
        clauses=scanwright_spec.load().clauses,
        checks=load_checks(),
    )
