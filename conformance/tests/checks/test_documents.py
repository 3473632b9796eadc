"""Judges of documents."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.documents import (
    NEW,
    NO_PASSWORDS,
    OLD,
    QUALITIES,
    InsertPosition,
    PasswordAlways,
    PasswordHeaderNames,
    QualityDirection,
)
from scanwright_conformance.transcript import Exchange


def document(label: str, *pages: str) -> Exchange:
    """Return a document with these pages."""
    body = {"uid": "19053f0a1b2c", "pages": [{"uid": each} for each in pages]}
    return answered(label, json=body)


SECOND, THIRD = document("insert-2", "a", "b"), document("insert-3", "c", "a", "b")
FOURTH = document("insert-4", "c", "d", "a", "b")


def test_positions_count_from_one() -> None:
    """1 is before the first page, 2 between the first and the second."""
    assert judged(InsertPosition, SECOND, THIRD, FOURTH).is_met


@pytest.mark.parametrize(
    ("third", "fourth"),
    [
        (document("insert-3", "a", "c", "b"), FOURTH),
        (document("insert-3", "a", "b", "c"), FOURTH),
        (THIRD, document("insert-4", "c", "a", "d", "b")),
        (THIRD, document("insert-4", "d", "c", "a", "b")),
        (answered("insert-3", 400, json={"code": -2113}), FOURTH),
        (answered("insert-3", json={"pages": "c a b"}), FOURTH),
    ],
    ids=["from 0", "appended", "2 from 0", "2 as 1", "refused", "no list"],
)
def test_other_positions_fail(third: Exchange, fourth: Exchange) -> None:
    """Counting from 0, or not at all, fails."""
    assert not judged(InsertPosition, SECOND, third, fourth).is_met


def jpeg(label: str, quality: int, width: int = 64) -> Exchange:
    """Return a picture with this quality."""
    image = Image.linear_gradient("L").rotate(30).resize((width, 64))
    data = BytesIO()
    image.save(data, "JPEG", quality=quality)
    return answered(label, body=data.getvalue())


def test_more_quality_gives_more_bytes() -> None:
    """A file that grows with its quality meets the clause."""
    answers = [jpeg(f"quality-{each}", each) for each in QUALITIES]
    assert judged(QualityDirection, *answers).is_met


@pytest.mark.parametrize(
    "given",
    [(95, 50, 10), (80, 80, 80), (10, 95, 50)],
    ids=["compression", "not looked at", "disorder"],
)
def test_another_direction_of_quality_fails(given: tuple[int, ...]) -> None:
    """More compression, and a quality that is not looked at, fail."""
    pairs = zip(QUALITIES, given, strict=True)
    answers = [jpeg(f"quality-{asked}", used) for asked, used in pairs]
    assert not judged(QualityDirection, *answers).is_met


def test_quality_is_no_size_of_picture() -> None:
    """A larger picture is not a better one."""
    answers = [jpeg(f"quality-{each}", 80, width=each) for each in QUALITIES]
    assert not judged(QualityDirection, *answers).is_met


def locked() -> dict[str, Exchange]:
    """Return refusals of every access without the password, and what was locked."""
    labels = [f"{name}-{number}" for name in NO_PASSWORDS for number in range(1, 7)]
    refusals = {each: answered(each, 403, json={"code": -1043}) for each in labels}
    delete = answered("delete", 204)
    return refusals | {"info": document("info", "a"), "delete": delete}


def test_a_locked_document_opens_with_its_password_alone() -> None:
    """403 / -1043 for each access, and the document as it was."""
    assert judged(PasswordAlways, *locked().values()).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        document("without-1", "a"),
        answered("without-6", 204),
        answered("wrong-5", 204),
        answered("wrong-2", 401, json={"code": -1043}),
        answered("without-4", 403, json={"code": -2800}),
        document("info"),
        answered("delete", 403, json={"code": -1043}),
        unanswered("without-3"),
    ],
    ids=lambda wrong: wrong.label,
)
def test_a_locked_document_with_an_open_door_fails(wrong: Exchange) -> None:
    """One access without the password fails, and one that is refused with it."""
    seen = judged(PasswordAlways, *(locked() | {wrong.label: wrong}).values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))


def test_an_access_that_was_not_tried_shows_nothing() -> None:
    """All six of both kinds belong to the clause."""
    entries = locked()
    del entries["wrong-6"]
    assert not judged(PasswordAlways, *entries.values()).is_met


@pytest.mark.parametrize("name", [NEW, OLD])
def test_a_password_is_taken_under_both_names(name: str) -> None:
    """Both show the document; a refusal under either fails."""
    good = {each: document(each) for each in (NEW, OLD)}
    assert judged(PasswordHeaderNames, *good.values()).is_met
    refused = {name: answered(name, 403, json={"code": -1043})}
    assert judged(PasswordHeaderNames, *(good | refused).values()).labels == (name,)
