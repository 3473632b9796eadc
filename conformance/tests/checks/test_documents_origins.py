"""Judges of whom documents belong to."""

from __future__ import annotations

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.documents_origins import OriginBound, OriginNone
from scanwright_conformance.transcript import Entry, Exchange, Fact

BOUND: dict[str, Entry] = {
    "ways": Fact("ways", ["info", "remove"]),
    "info": answered("info", 404, json={"code": -1040}),
    "remove": answered("remove", 404, json={"code": -1040}),
    "after": answered("after", json={"metadata": "mine"}),
}


@pytest.mark.parametrize(
    "wrong",
    [
        answered("info", json={"uid": "1"}),
        answered("remove", 404, json={"code": -1034}),
        answered("remove", 403, json={"code": -1040}),
        answered("after", json={"metadata": "other"}),
        answered("after", 404, json={"metadata": "mine"}),
    ],
)
def test_another_origin_s_document_is_unknown(wrong: Exchange) -> None:
    """404 / -1040 to everything, and it is as it was; anything else fails."""
    assert judged(OriginBound, *BOUND.values()).is_met
    assert not judged(OriginBound, *(BOUND | {wrong.label: wrong}).values()).is_met


NATIVE: dict[str, Entry] = {
    label: answered(label, 204 if label.endswith("end") else 200)
    for maker in ("page's", "native")
    for label in (f"{maker} info", f"{maker} change", f"{maker} end")
}


@pytest.mark.parametrize("label", NATIVE)
def test_native_clients_and_pages_share_documents(label: str) -> None:
    """Everything goes well both ways; one refusal fails."""
    assert judged(OriginNone, *NATIVE.values()).is_met
    wrong = {label: answered(label, 404, json={"code": -1040})}
    assert not judged(OriginNone, *(NATIVE | wrong).values()).is_met
