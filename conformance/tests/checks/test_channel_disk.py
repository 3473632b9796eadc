"""The judge of pages that may not go to the disk."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import (
    asked,
    failed,
    judged,
    pictured,
    resulted,
    talk,
    told,
)
from scanwright_conformance.checks.channel_disk import MOST, DiskCache, _noise
from scanwright_conformance.drawings import pixels_of
from scanwright_conformance.images import ImageFacts
from scanwright_conformance.transcript import Channel, Entry, Exchange, Fact

FILE = {"path": "cache/1.page", "kind": "file", "size": 9999}
LAST = "load-3"
LOW = told("disk.low", freeBytes=0, neededBytes=1)


def page(label: str, number: int) -> Exchange:
    """Return the page of noise `number` under a label."""
    facts = ImageFacts(
        format="image/png",
        width_px=2048,
        height_px=2048,
        channels=1,
        bits=8,
        has_alpha=False,
        dpi=None,
        pixels_sha256=pixels_of(_noise(number)),
        mean=0.5,
    )
    return pictured(label, facts)


def channel(**other: Any) -> Channel:
    """Return what was said, `other` frames instead of those of these names."""
    frames = {
        "forbid": [resulted("forbid", diskCache=False)],
        "first": [resulted("load-1", images=["a"])],
        "second": [resulted("load-2", images=["b"])],
        "refused": [asked(LAST), LOW, failed(LAST, -1022)],
        "without": [resulted("without", images=[{"id": "a"}, {"id": "b"}])],
        "allow": [resulted("allow", diskCache=True)],
        "more": [resulted("more", images=["c"])],
        "with": [resulted("with", images=[{"id": each} for each in "abc"])],
    }
    return talk(
        "page", *(each for part in {**frames, **other}.values() for each in part)
    )


def seen(**other: Any) -> list[Entry]:
    """Return what was seen, `other` entries instead of those of these names."""
    entries: dict[str, Entry] = {
        "talk": channel(),
        "last": Fact("last", 3),
        "none": Fact("cache without", []),
        "some": Fact("cache with", [FILE]),
        **{f"without{n}": page(f"without-{n}", n) for n in (1, 2)},
        **{f"with{n}": page(f"with-{n}", n) for n in (1, 2)},
        "with3": page("with-3", MOST + 1),
    }
    return list({**entries, **other}.values())


def test_a_page_keeps_off_the_disk_and_comes_back_to_it() -> None:
    """Refused in the end, then cached; an event may come behind the error."""
    assert judged(DiskCache, *seen()).is_met
    later = channel(refused=[asked(LAST), failed(LAST, -1022), LOW])
    assert judged(DiskCache, *seen(talk=later)).is_met


@pytest.mark.parametrize(
    "other",
    [
        {"talk": channel(forbid=[resulted("forbid", diskCache=True)])},
        {"talk": channel(forbid=[resulted("forbid")])},
        {"talk": channel(refused=[asked(LAST), LOW, resulted(LAST, images=["c"])])},
        {"talk": channel(refused=[asked(LAST), LOW, failed(LAST, -1002)])},
        {"talk": channel(refused=[asked(LAST), failed(LAST, -1022)])},
        {"talk": channel(refused=[LOW, asked(LAST), failed(LAST, -1022)])},
        {"talk": channel(first=[resulted("load-1", images=["a", "d"])])},
        {"talk": channel(without=[resulted("without", images=[{"id": "a"}])])},
        {"without1": page("without-1", 2)},
        {"without2": page("without-2", 1)},
        {"none": Fact("cache without", [FILE])},
        {"talk": channel(allow=[resulted("allow", diskCache=False)])},
        {"talk": channel(more=[failed("more", -1022)])},
        {"some": Fact("cache with", [])},
        {"talk": channel(**{"with": [resulted("with", images=[{"id": "a"}])]})},
        {"with1": page("with-1", 2)},
        {"with2": page("with-2", 1)},
        {"with3": page("with-3", 3)},
    ],
    ids=[
        "option ignored",
        "option not told",
        "never refused",
        "another code",
        "not told",
        "told before",
        "an image told that is not there",
        "an image lost",
        "first image spoilt",
        "second image spoilt",
        "a file",
        "never allowed again",
        "refused for ever",
        "no file",
        "images lost on the way",
        "first image spoilt on the disk",
        "second image spoilt on the disk",
        "new image spoilt",
    ],
)
def test_each_part_counts(other: dict[str, Any]) -> None:
    """What is missed in one of them misses the clause."""
    assert not judged(DiskCache, *seen(**other)).is_met


def test_a_memory_without_room_for_any_page_is_none() -> None:
    """A service that refuses the first one has kept nothing off the disk."""
    talked = channel(
        first=[asked("load-1"), LOW, failed("load-1", -1022)],
        second=[],
        refused=[],
        without=[resulted("without", images=[])],
        **{"with": [resulted("with", images=[{"id": "c"}])]},
    )
    more = page("with-1", MOST + 1)
    entries = seen(talk=talked, last=Fact("last", 1), with1=more)
    assert not judged(DiskCache, *entries).is_met
