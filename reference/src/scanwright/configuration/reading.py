"""Reading the configuration: whatever the files hold, something good comes out.

For each key the strongest claim counts. When that one is not accepted,

1. the last good value stays, if the service has one: a mistake changes nothing;
2. else a key with a guard takes that, which lets in less rather than more;
3. else the claim below counts, and at last the default.

A file that cannot be read at all may have said anything. With a last good configuration
all of that stays; without one the guards stand where the file might have been stronger.

The ports are taken together, for each may be right by itself and clash with another. At
the start the claims that are wrong or clash are left out, the strongest first.

Implements: CONFIG-wrong-value, CONFIG-drop-in, CONFIG-ports, CONFIG-survives-restart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeVar, cast

from scanwright.configuration.claims import Claim, Claims, collect, told
from scanwright.configuration.domains import read_domains
from scanwright.configuration.layers import Layer, read_layers
from scanwright.configuration.ports import clashes, port_numbers
from scanwright.configuration.settings import (
    LOG_LEVEL,
    ORIGINS,
    PORT_SETTINGS,
    PROMPTS,
    SERVER,
    SETTINGS,
    WEB_SETUP,
    Setting,
)
from scanwright.configuration.values import (
    Configuration,
    PortNumbers,
    Problem,
    Reading,
    Source,
)
from scanwright.home import Home

__all__ = ["read", "read_configuration"]

T = TypeVar("T")

PORTS: Final = {setting.key: setting for setting in PORT_SETTINGS}


def read_configuration(
    home: Home, *, last_good: Configuration | None = None
) -> Reading:
    """Return what the files of a home say; raises nothing."""
    return read(read_layers(home), last_good=last_good)


def read(layers: Sequence[Layer], *, last_good: Configuration | None = None) -> Reading:
    """Return what these files say together, the strongest last."""
    claims, wrong = collect(layers)
    domains = read_domains(layers, last_good.domains if last_good else {})
    places = {layer.file: level for level, layer in enumerate(layers)}
    problems = [
        *(problem for layer in layers for problem in layer.problems),
        *wrong,
        *_port_problems(claims),
        *domains.problems,
    ]
    problems.sort(key=lambda problem: (places[problem.file], problem.line))
    problems = told(problems)
    broken = max((n for n, layer in enumerate(layers) if layer.is_broken), default=-1)
    if last_good and broken >= 0:
        return Reading(last_good, tuple(problems), values=_shown(last_good))
    verdict = _Verdict(claims, last_good, broken)
    configuration = Configuration(
        ports=verdict.ports(),
        log_level=verdict.value(LOG_LEVEL),
        server=verdict.value(SERVER),
        policy=verdict.value(ORIGINS),
        is_web_setup_enabled=verdict.value(WEB_SETUP),
        prompts=frozenset(
            a for a, setting in PROMPTS.items() if verdict.value(setting)
        ),
        domains=domains.pairs,
    )
    return Reading(
        configuration,
        tuple(problems),
        sources={**verdict.sources, **domains.sources},
        values={**_shown(configuration), **verdict.values, **domains.values},
    )


class _Verdict:
    """Decides which claim counts, and remembers where it is from."""

    def __init__(
        self, claims: Claims, last_good: Configuration | None, broken: int
    ) -> None:
        self._claims = claims
        self._last_good = last_good
        self._broken = broken
        self.sources: dict[str, Source] = {}
        self.values: dict[str, str] = {}

    def value(self, setting: Setting[T]) -> T:
        """Return the effective value of a setting."""
        claims = self._claims.get(setting.key, ())
        strongest = claims[-1] if claims else None
        if setting.guard and self._broken > (strongest.level if strongest else -1):
            return setting.guard("")
        if strongest and not strongest.is_accepted:
            if self._last_good:
                return setting.of(self._last_good)
            if setting.guard:
                return setting.guard(strongest.text)
        for claim in reversed(claims):
            if claim.is_accepted:
                self.sources[setting.key] = claim.source
                return cast("T", claim.value)
        return setting.parse(setting.default)

    def ports(self) -> PortNumbers:
        """Return four ports that fit together."""
        given = {key: list(self._claims.get(key, ())) for key in PORTS}
        while clashing := _wrong(given) or _clashing(_strongest(given)):
            if self._last_good:
                return self._last_good.ports
            given[max(clashing, key=_strength).key].pop()
        chosen = _strongest(given)
        self.sources.update({key: claim.source for key, claim in chosen.items()})
        # which port is whose depends on the names, so all keys are told together
        self.values.update({key: each.default for key, each in PORTS.items()})
        self.values.update(_texts(chosen))
        return port_numbers(_texts(chosen))


def _strength(claim: Claim) -> tuple[int, int]:
    return claim.level, claim.source.line


def _strongest(given: Claims) -> dict[str, Claim]:
    return {key: given[key][-1] for key in PORTS if given.get(key)}


def _wrong(given: Claims) -> list[Claim]:
    return [c for c in _strongest(given).values() if not c.is_accepted]


def _clashing(chosen: Mapping[str, Claim]) -> list[Claim]:
    """Return claims that clash with others, or with a default; all are accepted."""
    pairs = clashes(_texts(chosen))
    return [chosen[key] for pair in pairs for key in pair if key in chosen]


def _texts(chosen: Mapping[str, Claim]) -> dict[str, str]:
    return {key: PORTS[key].show(claim.value) for key, claim in chosen.items()}


def _port_problems(claims: Claims) -> Iterator[Problem]:
    """Yield what is wrong with ports that are right each by itself."""
    strongest = _strongest(claims)
    wrong = {claim.key for claim in _wrong(claims)}
    chosen = {key: claim for key, claim in strongest.items() if key not in wrong}
    for pair in clashes(_texts(chosen)):
        if wrong.intersection(pair):
            continue  # a default stands in for a wrong value, which is told already
        last = max((chosen[key] for key in pair if key in chosen), key=_strength)
        other = pair[0] if last.key == pair[1] else pair[1]
        yield Problem(
            last.source.file,
            last.source.line,
            last.key,
            last.text,
            PORTS[last.key].accepted,
            f"is what {other} says, too",
        )


def _shown(configuration: Configuration) -> dict[str, str]:
    """Return the text of every key."""
    return {
        setting.key: setting.show(setting.of(configuration)) for setting in SETTINGS
    }
