"""Words by which a defect is known: what the judge said of it when it was alone.

The golden conversations of a clause that fail were held with its mutants, each by
itself. Whose judgement is worded like that of one of them was seen to do what was done
there; numbers, ids and what else is another each time do not count.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from scanwright_conformance.checks import load_checks
from scanwright_conformance.judging import Attempt, judged
from scanwright_conformance.proof.golden import read_golden

if TYPE_CHECKING:
    from scanwright_conformance.judgement import Judgement

__all__ = ["gist", "is_known", "said_of"]

PASSING: Final = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|\b(?=[a-f]*\d)[0-9a-f]{8,}|[\d.:]+"
)
"""Ids, fingerprints and numbers."""
BEGINNING: Final = 40
"""Characters of what was observed: behind them stands what else was in an answer."""


def said_of(judgement: Judgement) -> str:
    """Return what is said of a clause that is not met."""
    return f"expected {judgement.expected}, observed {judgement.observed}"


def gist(said: str) -> str:
    """Return what stays the same of it when it is said once more."""
    expected, _, observed = PASSING.sub("#", said).partition(", observed ")
    return f"{expected}, observed {observed[:BEGINNING]}"


def is_known(clause: str, said: str) -> bool:
    """Whether this is said of a mutant of `clause`, too, when it is alone."""
    return gist(said) in _known(clause)


@cache
def _known(clause: str) -> frozenset[str]:
    check = load_checks()[clause].check
    found = (judged(check, Attempt(each, 0.0)) for each in read_golden(clause).failing)
    return frozenset(
        gist(said_of(each.judgement)) for each in found if each.judgement is not None
    )
