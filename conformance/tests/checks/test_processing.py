"""The judge of sources of processing calls."""

from __future__ import annotations

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.processing import SourceUnknown
from scanwright_conformance.transcript import Exchange, Fact

ASKED = Fact("requests", ["read-barcode-1", "check-blank-1"])
BARCODE, BLANK = (answered(each, 400, json={"code": -2113}) for each in ASKED.value)


def test_what_is_no_page_is_refused() -> None:
    """400 / -2113 from both operations meets the clause."""
    assert judged(SourceUnknown, ASKED, BARCODE, BLANK).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        answered("check-blank-1", 404, json={"code": -1034}),
        answered("check-blank-1", 400, json={"code": -1040}),
        answered("check-blank-1", json={"result": True}),
        unanswered("check-blank-1"),
    ],
    ids=["404", "code", "read", "silent"],
)
def test_what_is_no_page_and_is_read_fails(wrong: Exchange) -> None:
    """Another status or code, a result, and a hang fail."""
    seen = judged(SourceUnknown, ASKED, BARCODE, wrong)
    assert (seen.is_met, seen.labels) == (False, ("check-blank-1",))
