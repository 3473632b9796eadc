"""Judges of the passwords of documents."""

from __future__ import annotations

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.documents_passwords import (
    UNSENDABLE,
    WRONG,
    PasswordEmpty,
    PasswordLength,
    PasswordNotNeeded,
    PasswordSendable,
)
from scanwright_conformance.checks.documents_wishes import NEW_PASSWORD, OLD_PASSWORD
from scanwright_conformance.transcript import Exchange

UNKNOWN_PASSWORD, INVALID = {"code": -1043}, {"code": -2113}


def by_label(*entries: Exchange) -> dict[str, Exchange]:
    """Return entries by their labels."""
    return {each.label: each for each in entries}


LENGTHS = by_label(
    answered("document", 201, json={"uid": "1"}),
    answered("info", json={"uid": "1"}),
    answered("shortened", 403, json=UNKNOWN_PASSWORD),
    *(answered(f"wrong-{n}", 400, json=INVALID) for n in range(1, len(WRONG) + 1)),
)


@pytest.mark.parametrize(
    "wrong",
    [
        answered("document", 400, json=INVALID),
        answered("info", 403, json=UNKNOWN_PASSWORD),
        answered("shortened", json={"uid": "1"}),
        answered("shortened", 403, json=INVALID),
        answered("wrong-1", 201, json={"uid": "2"}),
        answered(f"wrong-{len(WRONG)}", 400, json={"code": -1}),
        answered(f"wrong-{len(WRONG)}", 422, json=INVALID),
    ],
)
def test_a_password_may_have_32_characters(wrong: Exchange) -> None:
    """All 32 count, and one more is too many; anything else fails."""
    assert judged(PasswordLength, *LENGTHS.values()).is_met
    assert not judged(PasswordLength, *(LENGTHS | by_label(wrong)).values()).is_met


EMPTY = by_label(answered("create", 201), answered("info"))


@pytest.mark.parametrize(
    "wrong",
    [
        answered("create", 400, json=INVALID),
        answered("info", 403, json=UNKNOWN_PASSWORD),
        unanswered("info"),
    ],
)
def test_an_empty_password_is_none(wrong: Exchange) -> None:
    """The document is made, and opens; anything else fails."""
    assert judged(PasswordEmpty, *EMPTY.values()).is_met
    assert not judged(PasswordEmpty, *(EMPTY | by_label(wrong)).values()).is_met


SENT = by_label(
    *(
        answered(f"create-{n}", 400, json=INVALID)
        for n in range(1, len(UNSENDABLE) + 1)
    ),
)


@pytest.mark.parametrize(
    "wrong",
    [
        answered("create-1", 201),
        answered(f"create-{len(UNSENDABLE)}", 201),
        answered("create-2", 400, json={"code": -1}),
    ],
)
def test_a_password_that_cannot_be_sent_is_refused(wrong: Exchange) -> None:
    """Each of them; a document that is made fails."""
    assert judged(PasswordSendable, *SENT.values()).is_met
    assert not judged(PasswordSendable, *(SENT | by_label(wrong)).values()).is_met


NEEDLESS = by_label(
    *(
        answered(f"{step} {name}", 204 if step == "delete" else 200)
        for step in ("info", "change", "delete")
        for name in (NEW_PASSWORD, OLD_PASSWORD)
    ),
)


@pytest.mark.parametrize("label", NEEDLESS)
def test_a_password_too_many_does_no_harm(label: str) -> None:
    """Everything goes well under both names; one refusal fails."""
    assert judged(PasswordNotNeeded, *NEEDLESS.values()).is_met
    wrong = by_label(answered(label, 403, json=UNKNOWN_PASSWORD))
    assert not judged(PasswordNotNeeded, *(NEEDLESS | wrong).values()).is_met
