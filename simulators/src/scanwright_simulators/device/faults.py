"""Fault scripts: what goes wrong, when, how often, and until when. Pure decisions.

A rule names a kind and a trigger. Every part of the trigger that is given must hold:

    page          the page of the job that is due, counted from 1; 0 is the start of a
                  job, before anything is fed
    byte          not before the page but in it, after that many bytes of its pixels
    after_s       that long after the start of the job, also in mid-page
    probability   a throw of the dice for each page, under the seed of the scenario

`times` says how often it happens at most. Kinds fall into two groups. A *condition*
stays with the device after the job until somebody clears it: by hand, or by itself when
the next job begins (`clears`). An *effect* harms its page or job and is over then.

Every rule has dice of its own, so a rule added beside it changes nothing for it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from scanwright_simulators.errors import DeviceBusy, DeviceFault, Refusal, TrayEmpty

__all__ = [
    "CONDITIONS",
    "OF_FEEDERS",
    "Clears",
    "Due",
    "Fault",
    "FaultKind",
    "FaultScript",
    "Moment",
    "refusal",
]


class FaultKind(StrEnum):
    """What can go wrong."""

    JAM = "jam"
    DOUBLE_FEED = "double_feed"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    BUSY = "busy"
    LOCKED = "locked"
    HARDWARE = "hardware"
    WARMING_UP = "warming_up"
    EMPTY = "empty"
    OVERLAP = "overlap"
    RESET = "reset"
    TRUNCATED = "truncated"
    GARBAGE = "garbage"
    STALL = "stall"
    SLOW = "slow"
    STATUS = "status"


CONDITIONS: Final = frozenset(
    {
        FaultKind.JAM,
        FaultKind.DOUBLE_FEED,
        FaultKind.COVER_OPEN,
        FaultKind.OFFLINE,
        FaultKind.LOCKED,
        FaultKind.HARDWARE,
    },
)
"""Kinds that stay with the device until they are cleared."""


OF_FEEDERS: Final = frozenset(
    {
        FaultKind.JAM,
        FaultKind.DOUBLE_FEED,
        FaultKind.OVERLAP,
        FaultKind.EMPTY,
    },
)
"""Kinds that only happen to sheets that move: never to the glass."""


class Clears(StrEnum):
    """Who ends a condition: somebody, or the start of the next job."""

    BY_HAND = "by_hand"
    BY_ITSELF = "by_itself"


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule of a fault script.

    `sane_status` and `http_status` are what the faces say in place of their own words,
    e.g. `NO_MEM` and 507; kind `status` needs at least one of them. `rate` is what is
    left of the speed when the kind is `slow`, in bytes a second.
    """

    kind: FaultKind
    page: int | None = None
    byte: int | None = None
    after_s: float | None = None
    probability: float = 1.0
    times: int | None = None
    clears: Clears = Clears.BY_HAND
    sane_status: str | None = None
    http_status: int | None = None
    rate: int | None = None

    def __str__(self) -> str:
        parts = [self.kind.value]
        if self.page is not None:
            parts.append(f"at page {self.page}" if self.page else "at the start")
        if self.byte is not None:
            parts.append(f"at byte {self.byte}")
        if self.after_s is not None:
            parts.append(f"after {self.after_s:g} s")
        if self.probability < 1:
            parts.append(f"with probability {self.probability:g}")
        if self.times is not None:
            parts.append(f"{self.times} times" if self.times != 1 else "once")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Due:
    """A fault that happens now: before its page, or in it after `byte` bytes."""

    fault: Fault
    byte: int | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A page that is due, in a job that began at 0 s: what triggers are held against.

    `page` 0 is the start of the job. The page passes from `begins_s` to `ends_s`.
    """

    page: int
    begins_s: float = 0.0
    ends_s: float = 0.0
    size_bytes: int = 0
    is_fed: bool = True


@dataclass(slots=True)
class Rule:
    """A fault with its dice and its count; `id` names it in the journal."""

    id: int
    fault: Fault
    dice: random.Random
    fired: int = 0

    @property
    def is_spent(self) -> bool:
        """Whether it has happened as often as it may."""
        return self.fault.times is not None and self.fired >= self.fault.times


class FaultScript:
    """The rules of one device."""

    def __init__(self, faults: Sequence[Fault], *, seed: str) -> None:
        self._initial = tuple(faults)
        self._seed = seed
        self.reset()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules with their counts, oldest first."""
        return tuple(self._rules)

    def reset(self) -> None:
        """Go back to the rules of the beginning, unfired, with fresh dice."""
        self._rules: list[Rule] = []
        self._next_id = 1
        for fault in self._initial:
            self.add(fault)

    def add(self, fault: Fault) -> Rule:
        """Add a rule."""
        dice = random.Random(f"{self._seed}/fault {self._next_id}")  # noqa: S311  no secret
        rule = Rule(self._next_id, fault, dice)
        self._rules.append(rule)
        self._next_id += 1
        return rule

    def remove(self, rule_id: int | None = None) -> int:
        """Remove one rule, or all; return how many there were."""
        kept = [r for r in self._rules if rule_id is not None and r.id != rule_id]
        removed = len(self._rules) - len(kept)
        self._rules = kept
        return removed

    def due(self, moment: Moment) -> Due | None:
        """Return the first fault that happens at this page, and count it."""
        for rule in self._rules:
            if found := _due(rule, moment):
                rule.fired += 1
                return found
        return None

    def unfired(self, pages: int) -> list[str]:
        """Explain each rule that a job of so many pages came near and passed by."""
        return [
            f"{rule.fault} (rule {rule.id}) did not happen: {reason}"
            for rule in self._rules
            if (reason := _reason(rule, pages))
        ]


def refusal(device: str, fault: Fault) -> Refusal:
    """Return what a host of `device` is told of `fault`."""
    text = f"{device}: {fault.kind}"
    if fault.kind is FaultKind.BUSY:
        return DeviceBusy(text, fault=fault)
    if fault.kind is FaultKind.EMPTY:
        return TrayEmpty(text, fault=fault)
    return DeviceFault(text, fault=fault)


def _due(rule: Rule, moment: Moment) -> Due | None:
    fault = rule.fault
    if rule.is_spent or fault.page not in {None, moment.page}:
        return None
    if fault.kind in OF_FEEDERS and not moment.is_fed:
        return None
    if moment.page == 0 and fault.page is None:
        return None
    byte = fault.byte
    if fault.after_s is not None:
        if moment.ends_s < fault.after_s:
            return None
        if moment.begins_s < fault.after_s and byte is None:
            share = (fault.after_s - moment.begins_s) / (
                moment.ends_s - moment.begins_s
            )
            byte = int(share * moment.size_bytes)
    if fault.probability < 1 and rule.dice.random() >= fault.probability:
        return None
    if byte is not None:
        byte = min(byte, max(0, moment.size_bytes - 1))
    return Due(fault, byte)


def _reason(rule: Rule, pages: int) -> str:
    fault = rule.fault
    if rule.is_spent:
        return ""
    if fault.page is not None and fault.page > pages:
        return f"the job ended after {pages} pages"
    if rule.fired == 0 and fault.after_s is not None:
        return f"the job took less than {fault.after_s:g} s"
    if rule.fired == 0 and fault.probability < 1:
        return "the dice fell otherwise"
    return ""
