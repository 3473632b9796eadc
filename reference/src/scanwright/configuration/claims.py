"""What the files claim: for each key all that was said, the strongest last.

A claim that is not accepted stays in the list, without a value: what follows when the
strongest claim is a wrong one is for `reading` to decide.

Of one file only so many problems are told. One that is no configuration at all has
thousands, which help nobody, and to look up what each of them may have meant would stop
the service for a minute.

Implements: CONFIG-wrong-value.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from scanwright.configuration.ini import Entry
from scanwright.configuration.layers import ACCEPTED_LINES, Layer
from scanwright.configuration.settings import (
    KNOWN_KEYS,
    SECTION,
    Setting,
    find_setting,
    guarded_near,
    near_key,
)
from scanwright.configuration.values import Problem, Source

__all__ = ["NOT_ACCEPTED", "Claim", "Claims", "check_twice", "collect", "told"]

MOST_PROBLEMS: Final = 50
"""Of one file."""


class NotAccepted:
    """Stands for the value of a claim that has none."""


NOT_ACCEPTED: Final = NotAccepted()


@dataclass(frozen=True, slots=True)
class Claim:
    """One entry for a key; `level` counts the files, the weakest is 0."""

    key: str
    text: str
    value: object
    level: int
    source: Source

    @property
    def is_accepted(self) -> bool:
        """Whether it has a value."""
        return self.value is not NOT_ACCEPTED


Claims = Mapping[str, Sequence[Claim]]
"""By key."""


def collect(layers: Sequence[Layer]) -> tuple[Claims, list[Problem]]:
    """Return all claims on keys of `[DS]`, and what is wrong with them."""
    claims: dict[str, list[Claim]] = {}
    problems: list[Problem] = []
    for level, layer in enumerate(layers):
        for claim in _meant(layer, level):
            claims.setdefault(claim.key, []).append(claim)
        entries = [e for e in layer.entries if e.section.upper() == SECTION]
        problems += check_twice(layer, entries)
        unknown = [e for e in entries if find_setting(e.key) is None]
        problems += [_unknown(layer, e) for e in unknown[:MOST_PROBLEMS]]
        problems += [_strange(layer, e) for e in unknown[MOST_PROBLEMS:]]
        for entry in entries:
            setting = find_setting(entry.key)
            if setting is None:
                continue
            claim = _claim(setting, entry, level, Source(layer.file, entry.line))
            claims.setdefault(setting.key, []).append(claim)
            if not claim.is_accepted:
                problems.append(_wrong(setting, claim))
    return claims, problems


def _meant(layer: Layer, level: int) -> Iterator[Claim]:
    """Yield what was meant to guard a key, and is misspelt or in the wrong section.

    It is a mistake, told by others, but it must not open what it was to close. A right
    claim in the same file is stronger.
    """
    unknown = 0
    for entry in layer.entries:
        setting = find_setting(entry.key)
        if setting and entry.section.upper() == SECTION:
            continue
        if setting is None:
            unknown += 1  # a file of something else has no misspelt keys
            setting = guarded_near(entry.key) if unknown <= MOST_PROBLEMS else None
        if setting and setting.guard:
            source = Source(layer.file, entry.line)
            yield Claim(setting.key, entry.value, NOT_ACCEPTED, level, source)


def told(problems: Sequence[Problem]) -> list[Problem]:
    """Return the first problems of each file, and of the rest how many there are."""
    result: list[Problem] = []
    count = Counter(problem.file for problem in problems)
    seen: Counter[Path] = Counter()
    for problem in problems:
        seen[problem.file] += 1
        if seen[problem.file] <= MOST_PROBLEMS:
            result.append(problem)
        elif seen[problem.file] == count[problem.file]:
            more = count[problem.file] - MOST_PROBLEMS
            reason = f"has {more} more lines that are wrong"
            result.append(Problem(problem.file, 0, "", "", ACCEPTED_LINES, reason))
    return result


def check_twice(layer: Layer, entries: Sequence[Entry]) -> Iterator[Problem]:
    """Yield a problem for each key that one section of one file gives twice."""
    seen: dict[tuple[str, str], int] = {}
    for entry in entries:
        name = entry.section.casefold(), entry.key.casefold()
        if first := seen.get(name):
            yield Problem(
                file=layer.file,
                line=entry.line,
                key=entry.key,
                value=entry.value,
                accepted="each key once",
                reason=f"counts, but line {first} gives this key, too",
            )
        seen[name] = entry.line


def _claim(setting: Setting[object], entry: Entry, level: int, source: Source) -> Claim:
    try:
        value = setting.parse(entry.value)
    except ValueError:
        value = NOT_ACCEPTED
    return Claim(setting.key, entry.value, value, level, source)


def _wrong(setting: Setting[object], claim: Claim) -> Problem:
    source = claim.source
    return Problem(source.file, source.line, setting.key, claim.text, setting.accepted)


def _unknown(layer: Layer, entry: Entry) -> Problem:
    return replace(_strange(layer, entry), accepted=near_key(entry.key))


def _strange(layer: Layer, entry: Entry) -> Problem:
    return Problem(
        file=layer.file,
        line=entry.line,
        key=entry.key,
        value=entry.value,
        accepted=KNOWN_KEYS,
        reason="is no known key",
    )
