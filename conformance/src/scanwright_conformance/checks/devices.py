"""Checks of the listing of scanners."""

from __future__ import annotations

import base64
import binascii
import json
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.expect import (
    expect,
    expect_array,
    expect_equal,
    expect_error,
    expect_member,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

__all__ = ["ALL_TYPES", "SCANNERS"]

SCANNERS: Final = "/api/device/scanners"

TYPES: Final = (0x10, 0x20, 0x40, 0x80, 0x100, 0x200, 0x400, 0x800)
ALL_TYPES: Final = sum(TYPES)
PAIRS: Final = tuple(one | other for one, other in pairwise(TYPES))
MASKS: Final = (*TYPES, *PAIRS, ALL_TYPES)
DEFAULT_TYPES: Final = 0x1F0
UNKNOWN_BITS: Final = 0x100000
NO_TYPES: Final = ("none", "1.5", "0x100", "-1", "-256", "256,512")

# Drivers may look for their devices first.
LISTING_TIMEOUT_S: Final = 20.0

Known = tuple[str, int]
Listed = tuple[str, int, str]


class _Listing(Check):
    """The listing of all types, and the one that nobody has chosen for."""

    async def stimulate(self, session: Session) -> None:
        """List with the mask of all types, and without a mask."""
        await _list(session, ALL_TYPES, label="all")
        await _list(session, None, label="default")


@check("DEV-list")
class List(_Listing):
    """Every scanner has a name, one type, and a string to name it by."""

    def judge(self, transcript: Transcript) -> None:
        """Look at every entry."""
        for label in ("all", "default"):
            _entries(transcript[label])


@check("DEV-device-string", after=("DEV-list",))
class DeviceString(_Listing):
    """The string holds JSON which agrees with the entry."""

    def judge(self, transcript: Transcript) -> None:
        """Parse the string of every entry."""
        for label in ("all", "default"):
            exchange = transcript[label]
            for name, type_, device in _entries(exchange):
                inside = _parsed(device)
                wanted = f"a JSON object in device of {name}"
                expect(exchange, isinstance(inside, dict), wanted, device)
                seen = inside.get("deviceType")
                expect_equal(exchange, seen, type_, what="deviceType")
                coded = inside.get("name")
                expect(exchange, _is_base64(coded), "a base64 name", coded)


@check("DEV-types", after=("DEV-list",), deadline_s=120)
class Types(Check):
    """The mask lets through its types, and all that there is of them."""

    async def stimulate(self, session: Session) -> None:
        """List each type alone, some types together, and all of them."""
        for mask in MASKS:
            await _list(session, mask, label=f"mask {mask:#x}")

    def judge(self, transcript: Transcript) -> None:
        """Compare each listing with what its mask leaves of all that was ever seen."""
        listings = {mask: transcript[f"mask {mask:#x}"] for mask in MASKS}
        everything: Counter[Known] = Counter()
        for mask, exchange in listings.items():
            listed = _known(exchange)
            _expect_types(exchange, listed, mask)
            everything |= Counter(listed)
        for mask, exchange in listings.items():
            listed = _known(exchange)
            wanted = sorted(each for each in everything.elements() if each[1] & mask)
            wanted = [each for each in wanted if not _is_twin(each, listed)]
            _expect_same(exchange, listed, wanted)


@check("DEV-default-types", after=("DEV-list",))
class DefaultTypes(Check):
    """Without a mask the listing is that of the published default."""

    async def stimulate(self, session: Session) -> None:
        """List without a mask, and with the default's number."""
        await _list(session, None, label="without")
        await _list(session, DEFAULT_TYPES, label="with")

    def judge(self, transcript: Transcript) -> None:
        """The two must be the same, and without eSCL."""
        without = transcript["without"]
        listed = _known(without)
        _expect_types(without, listed, DEFAULT_TYPES)
        _expect_same(without, listed, _known(transcript["with"]))


@check("DEV-type-invalid", after=("DEV-list",))
class TypeInvalid(Check):
    """What is no mask is refused; bits that mean nothing are not looked at."""

    async def stimulate(self, session: Session) -> None:
        """List with what is no mask, and with a bit that nobody defined."""
        for number, mask in enumerate(NO_TYPES, start=1):
            query = {"type": mask}
            await session.http("GET", SCANNERS, label=f"invalid-{number}", query=query)
        await _list(session, DEFAULT_TYPES, label="known")
        await _list(session, DEFAULT_TYPES | UNKNOWN_BITS, label="more")

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals, and for the bit's having no effect."""
        for number in range(1, len(NO_TYPES) + 1):
            expect_error(transcript[f"invalid-{number}"], 400, -2113)
        more = transcript["more"]
        _expect_same(more, _known(more), _known(transcript["known"]))


@check("DEV-stable", after=("DEV-list", "JOBS-delete"))
class Stable(Check):
    """As long as the hardware stays the listing stays."""

    async def stimulate(self, session: Session) -> None:
        """List before, during and after a job."""
        await _list(session, ALL_TYPES, label="before")
        job = await session.create_job({"autoRun": False})
        await _list(session, ALL_TYPES, label="during")
        await job.delete()
        await _list(session, ALL_TYPES, label="after")

    def judge(self, transcript: Transcript) -> None:
        """All three must be the same, in whatever order."""
        before = _entries(transcript["before"])
        expect(transcript["before"], bool(before), "a scanner", "none")
        for label in ("during", "after"):
            exchange = transcript[label]
            entries = _entries(exchange)
            _expect_same(exchange, _without_string(entries), _without_string(before))
            holds = entries == before
            expect(exchange, holds, "the same device strings", "others")


async def _list(session: Session, mask: int | None, *, label: str) -> None:
    await session.http(
        "GET",
        SCANNERS,
        label=label,
        query=None if mask is None else {"type": str(mask)},
        timeout_s=LISTING_TIMEOUT_S,
    )


def _entries(exchange: Exchange) -> list[Listed]:
    """Return the scanners of a listing in an order of our own."""
    found = []
    for number in range(len(expect_array(exchange))):
        name = expect_member(exchange, f"{number}.name", str)
        expect(exchange, bool(name), f"{number}.name not to be empty", "it is")
        type_ = expect_member(exchange, f"{number}.type", int)
        holds = type_ > 0 and type_.bit_count() == 1
        expect(exchange, holds, f"{number}.type with one bit", type_)
        device = expect_member(exchange, f"{number}.device", str)
        found.append((name, type_, device))
    return sorted(found)


def _known(exchange: Exchange) -> list[Known]:
    """Return the scanners of a listing; that their strings stay is DEV-stable."""
    return _without_string(_entries(exchange))


def _without_string(entries: Iterable[Listed]) -> list[Known]:
    return [(name, type_) for name, type_, _ in entries]


def _is_twin(scanner: Known, listed: Sequence[Known]) -> bool:
    """Tell whether a scanner was left out because another type of it is listed."""
    name, type_ = scanner
    others = (other for other, its_type in listed if its_type != type_)
    return scanner not in listed and any(other in name for other in others)


def _expect_types(exchange: Exchange, listed: Iterable[Known], mask: int) -> None:
    for name, type_ in listed:
        expect(exchange, bool(type_ & mask), f"types of {mask:#x}", f"{name}: {type_}")


def _expect_same(
    exchange: Exchange,
    seen: Sequence[Known],
    wanted: Sequence[Known],
) -> None:
    # Multisets: a scanner that is listed twice is one too many.
    missing, extra = Counter(wanted), Counter(seen)
    missing, extra = missing - extra, extra - missing
    differences = (("missing", missing), ("too many", extra))
    expect(
        exchange,
        not missing and not extra,
        f"the {len(wanted)} scanners of this mask that other listings have",
        "; ".join(f"{word}: {_named(some)}" for word, some in differences if some),
    )


def _named(scanners: Counter[Known]) -> str:
    return ", ".join(f"{name} ({type_:#x})" for name, type_ in scanners.elements())


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_base64(value: Any) -> bool:
    if not isinstance(value, str) or not value:
        return False
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
