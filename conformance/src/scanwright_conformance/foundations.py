"""What a clause builds upon: whether it can be tried, and what its failure shows.

A duty that is not met blocks what builds upon it, so that nothing is blamed on the
wrong clause. What is no duty in the scope of a run, such as a specification's own
choice, must fail nobody: what builds upon it is tried, and counts where it is met.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from scanwright_conformance.verdict import Verdict

if TYPE_CHECKING:
    from scanwright_conformance.check import RegisteredCheck
    from scanwright_conformance.results import Result

__all__ = ["blocker", "excuse"]

HARMLESS: Final = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})


def blocker(check: RegisteredCheck, results: Mapping[str, Result]) -> str:
    """Return why `check` can show nothing now, "" when it can.

    What does not apply, or was not asked for, stands in nobody's way.
    """
    return next((_said(each) for each in _missing(check, results, is_binding=True)), "")


def excuse(check: RegisteredCheck, results: Mapping[str, Result]) -> str:
    """Return what may be the cause of a failure of `check` and is no duty, or ""."""
    return next(
        (_said(each) for each in _missing(check, results, is_binding=False)), ""
    )


def _missing(
    check: RegisteredCheck, results: Mapping[str, Result], *, is_binding: bool
) -> Iterator[Result]:
    for name in check.after:
        result = results.get(name)
        if (
            result is not None
            and result.verdict not in HARMLESS
            and result.is_binding is is_binding
        ):
            yield result


def _said(result: Result) -> str:
    return f"{result.clause.id} is {result.verdict.value}"
