"""The catalogue: clauses, checks and mutants belong together, and ids are for ever.

`ids.toml` of the specification has every id that was ever given out. An id that is no
clause any more stays there, with the reason, and cannot be used again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping

import scanwright_spec
from scanwright_conformance.checks import load_checks
from scanwright_conformance.proof.changes import ChangeError, Defect, read_defects
from scanwright_conformance.proof.mutants import FOLDER, waivers
from scanwright_conformance.proof.proof import Proof
from scanwright_conformance.proof.variants import variants

__all__ = ["issued_problems", "prove_catalogue", "unfit"]


def prove_catalogue() -> Proof:
    """Hold clauses, checks, mutants and ids against each other."""
    began = time.monotonic()
    ids = [clause.id for clause in scanwright_spec.load().clauses]
    problems = (
        *_checks(set(ids)),
        *_mutants(set(ids)),
        *issued_problems(set(ids), scanwright_spec.issued_ids()),
    )
    return Proof(
        name="catalogue",
        claim="each clause has an id of its own, a check, and a mutant or a waiver",
        tried=len(ids),
        problems=problems,
        seconds=time.monotonic() - began,
    )


def _checks(ids: set[str]) -> Iterator[str]:
    checks = load_checks().keys()
    yield from (f"{name} has no check" for name in sorted(ids - checks))
    yield from (f"a check is for {name}, no clause" for name in sorted(checks - ids))


def _mutants(ids: set[str]) -> Iterator[str]:
    defects = read_defects(FOLDER)
    has = {each.clause for each in defects}
    waived = waivers().keys()
    yield from (
        f"{name} has no mutant, and no waiver says why"
        for name in sorted(ids - has - waived)
    )
    yield from (f"{name} has a mutant and a waiver" for name in sorted(has & waived))
    for each in defects:
        for name in sorted({each.clause, *each.collateral} - ids):
            yield f"a mutant is about {name}, no clause"
    yield from (f"a waiver is for {name}, no clause" for name in sorted(waived - ids))
    yield from unfit(defects)
    yield from unfit(variants())


def unfit(defects: Iterable[Defect]) -> Iterator[str]:
    """Yield whose changes do not fit the reference as it is."""
    for each in defects:
        try:
            each.diff()
        except ChangeError as error:
            yield f"{each.name} cannot be applied: {error}"


def issued_problems(ids: set[str], issued: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong between the ids of clauses and those given out."""
    for name in sorted(ids - issued.keys()):
        yield f"{name} is not in ids.toml: give it out there"
    for name, retired in issued.items():
        if retired and name in ids:
            yield f"{name} was retired ({retired}), and cannot be used again"
        if not retired and name not in ids:
            yield f"{name} is no clause any more: say in ids.toml why it was retired"
