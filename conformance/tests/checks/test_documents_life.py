"""Judges of documents without pages."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.documents_life import (
    METADATA,
    NO_METADATA,
    TOGETHER,
    Create,
    Delete,
    Info,
    Metadata,
    MetadataRequired,
    UidUnique,
    Unknown,
)
from scanwright_conformance.transcript import Entry, Exchange, Fact

UID = "19053f0a1b2c"


def document(label: str, status: int = 200, **members: Any) -> Exchange:
    """Return an answer that describes a document."""
    return answered(label, status, json={"uid": UID, "pages": [], **members})


def refused(label: str, status: int, code: int) -> Exchange:
    """Return a refusal."""
    return answered(label, status, json={"code": code})


def is_met(check: type[Any], entries: dict[str, Entry], *others: Entry) -> bool:
    """Judge `entries`, with `others` in place of those with the same label."""
    return judged(check, *(entries | {e.label: e for e in others}).values()).is_met


CREATED: dict[str, Entry] = {
    label: document(label, 201) for label in ("object", "nothing")
}


def test_a_new_document_has_an_id_and_no_pages() -> None:
    """201 with both, from a body and without one."""
    assert is_met(Create, CREATED)


@pytest.mark.parametrize(
    "wrong",
    [
        document("object"),
        document("nothing", 201, uid=""),
        document("nothing", 201, uid=7),
        document("object", 201, pages=None),
        document("object", 201, pages=[{"uid": "a"}]),
        answered("nothing", 201, json={"uid": UID}),
        refused("nothing", 400, -2113),
        unanswered("object"),
    ],
)
def test_a_new_document_without_any_of_this_is_none(wrong: Exchange) -> None:
    """Another status, no id, and other pages fail."""
    assert not is_met(Create, CREATED, wrong)


MADE: dict[str, Entry] = {
    f"create-{n}": document(f"create-{n}", 201, uid=f"{UID}{n}")
    for n in range(1, TOGETHER + 1)
}


def test_ids_of_documents_differ() -> None:
    """Eight ids are eight; the same twice, no id and a refusal fail."""
    assert is_met(UidUnique, MADE)
    last = f"create-{TOGETHER}"
    assert not is_met(UidUnique, MADE, document(last, 201, uid=f"{UID}1"))
    assert not is_met(UidUnique, MADE, document(last, 201, uid=None))
    assert not is_met(UidUnique, MADE, document(last, 200, uid="another"))
    assert not is_met(UidUnique, MADE, refused("create-1", 500, -1))


ONE, TWO = [{"uid": "a"}], [{"uid": "a"}, {"uid": "b"}]
INFO: dict[str, Entry] = {
    "document": document("document", 201),
    "new": document("new"),
    "insert-1": document("insert-1", pages=ONE),
    "insert-2": document("insert-2", pages=TWO),
    "info": document("info", pages=TWO, metadata=METADATA[0]),
}
PAGELESS = {
    **{label: INFO[label] for label in ("document", "new")},
    "info": document("info", metadata=METADATA[0]),
}


def test_a_description_has_all_that_is_known() -> None:
    """Id, pages in their order, and metadata; without a scanner no pages."""
    assert is_met(Info, INFO)
    assert is_met(Info, PAGELESS)


@pytest.mark.parametrize(
    "wrong",
    [
        document("info", pages=TWO),
        document("info", pages=TWO, metadata="other"),
        document("info", pages=TWO[::-1], metadata=METADATA[0]),
        document("info", pages=ONE, metadata=METADATA[0]),
        document("info", pages=["a", "b"], metadata=METADATA[0]),
        document("info", pages=TWO, metadata=METADATA[0], uid="other"),
        document("info", 404, pages=TWO, metadata=METADATA[0]),
        document("new", uid="other"),
        document("new", pages=ONE),
        answered("new", json={"uid": UID}),
        document("insert-2", pages=ONE),
    ],
)
def test_a_description_that_lacks_something_fails(wrong: Exchange) -> None:
    """Whatever is missing, or other than it was answered before."""
    assert not is_met(Info, INFO, wrong)


def test_a_page_that_was_not_put_in_is_missed() -> None:
    """Two insertions are two pages, whatever the answers say."""
    one = [document(label, pages=ONE) for label in ("insert-1", "insert-2")]
    info = document("info", pages=ONE, metadata=METADATA[0])
    assert not is_met(Info, INFO, *one, info)


SET: dict[str, Entry] = {
    f"{step}-{n}": document(f"{step}-{n}", metadata=each)
    for step in ("change", "info")
    for n, each in enumerate(METADATA, start=1)
}


def test_metadata_are_what_was_sent() -> None:
    """In the answer and in the description, each time."""
    assert is_met(Metadata, SET)


@pytest.mark.parametrize("step", ["change", "info"])
def test_metadata_that_are_others_fail(step: str) -> None:
    """Merged, left out, lost, or in an answer that is no success."""
    for wrong in (
        document(f"{step}-2", metadata={**METADATA[0], **METADATA[1]}),
        document(f"{step}-4"),
        document(f"{step}-3", metadata=f"{METADATA[2]} "),
        document(f"{step}-1", 201, metadata=METADATA[0]),
    ):
        assert not is_met(Metadata, SET, wrong)


KEPT: dict[str, Entry] = {
    **{
        f"wrong-{n}": refused(f"wrong-{n}", 400, -2113)
        for n in range(1, len(NO_METADATA) + 1)
    },
    "info": document("info", metadata=METADATA[0]),
}


@pytest.mark.parametrize(
    "wrong",
    [
        document("wrong-1"),
        refused("wrong-5", 422, -2113),
        refused(f"wrong-{len(NO_METADATA)}", 400, -1),
        document("info", metadata=None),
        document("info", 201, metadata=METADATA[0]),
        document("info"),
    ],
)
def test_a_wrong_change_changes_nothing(wrong: Exchange) -> None:
    """Refusals and the former metadata; anything else fails."""
    assert is_met(MetadataRequired, KEPT)
    assert not is_met(MetadataRequired, KEPT, wrong)


GONE: dict[str, Entry] = {
    "delete": answered("delete", 204),
    "info": refused("info", 404, -1040),
    "remove": refused("remove", 404, -1040),
    "ways": Fact("ways", ["info", "remove"]),
}


@pytest.mark.parametrize(
    "wrong",
    [
        answered("delete"),
        document("info"),
        refused("remove", 404, -1034),
        refused("remove", 410, -1040),
        unanswered("info"),
    ],
)
def test_a_deleted_document_is_gone(wrong: Exchange) -> None:
    """204, and 404 / -1040 to everything; anything else fails."""
    assert is_met(Delete, GONE)
    assert not is_met(Delete, GONE, wrong)


TRIED: dict[str, Entry] = {
    "tried": Fact("tried", ["one", "two"]),
    **{label: refused(label, 404, -1040) for label in ("one", "two")},
}


@pytest.mark.parametrize(
    "wrong", [document("two"), refused("two", 400, -2113), unanswered("one")]
)
def test_what_was_never_made_is_unknown(wrong: Exchange) -> None:
    """404 / -1040 whatever the id looks like; anything else fails."""
    assert is_met(Unknown, TRIED)
    assert not is_met(Unknown, TRIED, wrong)
