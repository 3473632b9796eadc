"""A check: how to stimulate a service, and how to judge what it did.

The two never mix. `stimulate` talks to the target and decides nothing; `judge` reads
the transcript and touches nothing, so a verdict can be computed again from a file.
CHECKS.md tells how to write one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from scanwright_conformance.judgement import Judgement, Mismatch

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

__all__ = ["Check", "RegisteredCheck", "check", "judgement_of", "registered"]

DEADLINE_S: Final = 30.0


class Check(ABC):
    """What an author writes: one stimulus, one judge.

    Where a conversation is costly, and several clauses are about it, its class sets
    `is_shared`: the checks that inherit its stimulus judge one and the same transcript.
    """

    is_shared: ClassVar[bool] = False

    @abstractmethod
    async def stimulate(self, session: Session) -> None:
        """Talk to the target; everything is recorded under the labels given."""

    @abstractmethod
    def judge(self, transcript: Transcript) -> None:
        """Return when the transcript meets the clause; raise Mismatch when not."""


@dataclass(frozen=True, slots=True)
class RegisteredCheck:
    """A check with the clauses that it decides and the conditions of its running.

    `after` are clauses without which this check would only fail for their reason.
    """

    clauses: tuple[str, ...]
    check: Check
    after: tuple[str, ...]
    deadline_s: float


Author = TypeVar("Author", bound=type[Check])

_registered: dict[str, RegisteredCheck] = {}


def check(
    *clauses: str,
    after: tuple[str, ...] = (),
    deadline_s: float = DEADLINE_S,
) -> Callable[[Author], Author]:
    """Register a check class for `clauses`, to run when those of `after` passed."""

    def register(author: Author) -> Author:
        entry = RegisteredCheck(clauses, author(), after, deadline_s)
        for clause in clauses:
            if clause in _registered:
                raise ValueError(f"two checks claim the clause {clause}")
            _registered[clause] = entry
        return author

    return register


def registered() -> dict[str, RegisteredCheck]:
    """Return the checks whose modules were imported, by clause id."""
    return dict(_registered)


def judgement_of(check: Check, transcript: Transcript) -> Judgement:
    """Judge `transcript`. A stimulus that was stopped meets no clause."""
    try:
        check.judge(transcript)
    except Mismatch as mismatch:
        return mismatch.judgement
    if transcript.stopped:
        return Judgement(
            is_met=False,
            expected="the conversation to be carried through",
            observed=transcript.stopped,
            labels=tuple(entry.label for entry in transcript.entries[-1:]),
        )
    return Judgement(is_met=True)
