"""Judges of scans by a page: what came, in which order, and what was told.

Each conversation is the golden one that meets the clause, told a little differently.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanwright_conformance.canned import asked, failed, resulted, talk, told
from scanwright_conformance.checks import load_checks
from scanwright_conformance.images import Identity
from scanwright_conformance.proof.golden import is_met, read_golden
from scanwright_conformance.retelling import (
    Change,
    answering,
    changing,
    failing,
    saying,
    without,
    without_events,
)
from scanwright_conformance.transcript import Exchange, Frame, Transcript

Pictured = Callable[..., Exchange]

MISSED: tuple[tuple[str, Change], ...] = (
    ("CHANNEL-scan", failing("page", "scan")),
    ("CHANNEL-scan", answering("page", "page", images=[])),
    ("CHANNEL-scan", without_events("page", "buffer.changed")),
    ("CHANNEL-scan", without_events("page", "buffer.changed", 2)),
    ("CHANNEL-scan", saying("page-3", 404)),
    ("CHANNEL-scan", without("next")),
    ("CHANNEL-progress", without_events("page", "progress", 1)),
    ("CHANNEL-progress", answering("page", "scan", images=["a" * 12])),
    ("CHANNEL-scan-fault", failing("page", "scan", data=7)),
    ("CHANNEL-scan-fault", failing("page", "scan", data={"images": None})),
    ("CHANNEL-scan-fault", failing("page", "scan", 7)),
    ("CHANNEL-scan-lock", failing("page", "scanner.open")),
    ("CHANNEL-scan-lock", saying("locked", 201)),
    ("CHANNEL-scan-lock", saying("locked", code=-1)),
    ("CHANNEL-scan-lock", saying("free", 423)),
    ("CHANNEL-beside", failing("page", "scan")),
    ("CHANNEL-beside", failing("page", "create")),
    ("CHANNEL-beside", failing("page", "during")),
    ("CHANNEL-cancel", failing("page", "scan", -1031)),
    ("CHANNEL-cancel", answering("page", "cancel", found=False)),
    ("CHANNEL-cancel", answering("page", "late", found=True)),
    ("CHANNEL-cancel", answering("page", "after", images=[])),
    ("CHANNEL-consent", failing("page", "scanner.list", -2910)),
    ("CHANNEL-consent", failing("page", "scanner.open", -2910)),
    ("CHANNEL-consent", failing("page", "scan.start", -2910)),
    ("CHANNEL-consent", failing("page", "after")),
)
"""Clauses, each with a change after which it is not met."""

MET: tuple[tuple[str, Change], ...] = (("CHANNEL-cancel", changing("page", pace=2.0)),)
"""Clauses, each with a change after which it is met as before."""


@pytest.mark.parametrize(("clause", "change"), MISSED)
def test_what_misses_the_clause_is_noticed(clause: str, change: Change) -> None:
    """As it was it meets the clause, and then it does not."""
    (passing, *_), check = read_golden(clause).passing, load_checks()[clause].check
    assert is_met(check, passing) is True
    assert is_met(check, change(passing)) is False


@pytest.mark.parametrize(("clause", "change"), MET)
def test_what_is_free_is_no_matter(clause: str, change: Change) -> None:
    """A judge is not stricter than its clause."""
    passing = read_golden(clause).passing[0]
    assert is_met(load_checks()[clause].check, change(passing)) is True


def cancelled(end_s: float, pace: float = 1.0) -> Transcript:
    """Return a scan that ended so long after it was cancelled."""
    frames = (
        Frame(1.0, asked("cancel", "call.cancel").text, is_sent=True),
        resulted("cancel", found=True),
        Frame(1.0 + end_s, failed("scan", -1032).text, is_sent=False),
        resulted("late", found=False),
        resulted("after", images=["a" * 12]),
    )
    return Transcript((talk("page", *frames, pace=pace),))


def test_a_cancelled_scan_has_two_seconds() -> None:
    """And more where everything takes longer."""
    check = load_checks()["CHANNEL-cancel"].check
    assert is_met(check, cancelled(2.0)) is True
    assert is_met(check, cancelled(2.1)) is False
    assert is_met(check, cancelled(2.1, pace=2.0)) is True


def test_an_answer_with_the_page_is_none_beside_it() -> None:
    """What is answered when the scan has ended waited for it."""
    check = load_checks()["CHANNEL-beside"].check

    def beside(create_s: float, during_s: float) -> Transcript:
        return Transcript(
            (
                talk(
                    "page",
                    Frame(create_s, resulted("create").text, is_sent=False),
                    Frame(during_s, resulted("during").text, is_sent=False),
                    Frame(3.0, resulted("scan", images=[]).text, is_sent=False),
                ),
            )
        )

    assert is_met(check, beside(1.0, 2.0)) is True
    assert is_met(check, beside(3.0, 2.0)) is False
    assert is_met(check, beside(1.0, 3.0)) is False


def scanned(pictured: Pictured, sheets: int, told_late: str = "") -> Transcript:
    """Return a scan of so many sheets; one image may be told after the answer."""
    images = [f"{sheet:012}" for sheet in range(1, sheets + 1)]
    early = [
        told("buffer.changed", images=[{"id": each}])
        for each in images
        if each != told_late
    ]
    late = [told("buffer.changed", images=[{"id": told_late}])]
    page = talk(
        "page",
        *early,
        resulted("scan", images=images),
        *late,
        resulted("page", images=images),
    )
    pages = [
        pictured(f"page-{sheet}", identity=Identity("one", sheet, "A", sheet + 6))
        for sheet in range(1, sheets + 1)
    ]
    next_ = pictured("next", identity=Identity("one", 1, "A", sheets + 7))
    return Transcript((page, *pages, next_))


def test_a_feeder_has_two_sheets_at_least(pictured: Pictured) -> None:
    """One sheet may be all that was taken of many."""
    check = load_checks()["CHANNEL-scan"].check
    assert is_met(check, scanned(pictured, 2)) is True
    assert is_met(check, scanned(pictured, 1)) is False


def test_a_page_is_told_before_the_answer(pictured: Pictured) -> None:
    """One that is told afterwards came too late for whoever waited."""
    check = load_checks()["CHANNEL-scan"].check
    late = scanned(pictured, 3, told_late=f"{3:012}")
    assert is_met(check, late) is False


def test_pages_that_come_together_are_told_together(pictured: Pictured) -> None:
    """One event may have several images."""
    apart = scanned(pictured, 2)
    page = apart.channel("page")
    both = told("buffer.changed", images=[{"id": f"{n:012}"} for n in (1, 2)])
    joined = talk("page", both, *page.frames[2:])
    check = load_checks()["CHANNEL-scan"].check
    assert is_met(check, Transcript((joined, *apart.entries[1:]))) is True


def test_a_jam_after_one_page_is_one() -> None:
    """What came before it is one page at least, and as many as are named."""
    check = load_checks()["CHANNEL-scan-fault"].check
    for images, is_good in ((["a" * 12], True), ([], False)):
        page = talk(
            "page",
            failed("scan", -1007, images=images),
            resulted("after", images=images),
        )
        assert is_met(check, Transcript((page,))) is is_good


def test_progress_is_told_before_the_answer() -> None:
    """What comes afterwards tells nobody how far it is."""
    check = load_checks()["CHANNEL-progress"].check
    first, second = (told("progress", call="scan", done=number) for number in (1, 2))
    end = resulted("scan", images=["a" * 12, "b" * 12])
    assert is_met(check, Transcript((talk("page", first, second, end),))) is True
    assert is_met(check, Transcript((talk("page", first, end, second),))) is False
