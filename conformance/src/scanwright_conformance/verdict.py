"""What is said about a clause, and what follows from all of it.

Nine things that other suites mix up are kept apart here. Only PASS counts as one.

| verdict        | means                                                         |
|----------------|---------------------------------------------------------------|
| PASS           | the target does what the clause says                          |
| FAIL           | it does not, and the clause is a MUST or MUST NOT             |
| WARN           | it does not, and the clause is a SHOULD                       |
| FLAKY          | it did and it did not, in runs of the same check              |
| BLOCKED        | a clause that this one builds upon is not met                 |
| NOT-APPLICABLE | the target does not declare what the clause is about          |
| UNSUPPORTED    | the target declares it, and this run has no means to try      |
| NOT-RUN        | nobody tried: no check, or the target was gone                |
| ERROR          | the suite made a mistake; nothing is known about the target   |
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

__all__ = ["EXIT_STATUS", "RollUp", "Verdict", "roll_up"]


class Verdict(StrEnum):
    """What is said about one clause."""

    PASS = "PASS"  # noqa: S105 - no password
    FAIL = "FAIL"
    WARN = "WARN"
    FLAKY = "FLAKY"
    BLOCKED = "BLOCKED"
    NOT_APPLICABLE = "NOT-APPLICABLE"
    UNSUPPORTED = "UNSUPPORTED"
    NOT_RUN = "NOT-RUN"
    ERROR = "ERROR"


class RollUp(StrEnum):
    """What is said about the target, or about it in one profile.

    SELECTION: met, but only a part was asked for. NOTHING: it has nothing to do with
    any of the clauses, so nothing is said.
    """

    CERTIFIED = "certified"
    SELECTION = "selection met"
    FAILED = "failed"
    INCOMPLETE = "incomplete"
    NOTHING = "nothing applies"
    ERROR = "suite error"


EXIT_STATUS: Final = {
    RollUp.CERTIFIED: 0,
    RollUp.SELECTION: 0,
    RollUp.FAILED: 1,
    RollUp.INCOMPLETE: 2,
    RollUp.NOTHING: 2,
    RollUp.ERROR: 3,
}

BROKEN: Final = frozenset({Verdict.FAIL, Verdict.FLAKY, Verdict.WARN})
OPEN: Final = frozenset({Verdict.BLOCKED, Verdict.UNSUPPORTED, Verdict.NOT_RUN})


def roll_up(
    verdicts: Iterable[tuple[Verdict, bool]],
    *,
    is_selection: bool = False,
) -> RollUp:
    """Return what follows from pairs of a verdict and whether its clause binds.

    A binding clause is a MUST or MUST NOT. A defect of the target outweighs one of the
    suite, and either outweighs what was left open. Nothing passed is nothing certified;
    where no clause applies that is said, and nothing is missing.
    """
    pairs = list(verdicts)
    seen = {verdict for verdict, _ in pairs}
    if any(is_binding and verdict in BROKEN for verdict, is_binding in pairs):
        return RollUp.FAILED
    if Verdict.ERROR in seen:
        return RollUp.ERROR
    if seen == {Verdict.NOT_APPLICABLE}:
        return RollUp.NOTHING
    if seen & OPEN or Verdict.PASS not in seen:
        return RollUp.INCOMPLETE
    return RollUp.SELECTION if is_selection else RollUp.CERTIFIED
