"""Documents: listed from the newest, read, removed."""

from __future__ import annotations

import hashlib
import io

import pytest

from scanwright.demo.database import Database
from scanwright.demo.documents import Document, Documents, find_document
from scanwright.demo.names import FileFacts
from scanwright.demo.refusals import Refused
from scanwright.demo.uploads import Segment, Uploads


@pytest.fixture
def documents(database: Database) -> Documents:
    """The documents of an empty database."""
    return Documents(database)


def store(database: Database, name: str, data: bytes = b"data") -> Document:
    """Upload a file."""
    uploads = Uploads(database, lambda: 1_700_000_000.5)
    upload = uploads.begin(FileFacts(name, "text/plain", len(data)))
    uploads.append(upload, Segment(0, len(data), "", io.BytesIO(data)))
    return uploads.complete(upload)


def test_the_newest_come_first(documents: Documents) -> None:
    """A page of them ends where the next one begins."""
    names = [store(documents.database, name).name for name in "abc"]
    first = documents.newest(limit=2)
    rest = documents.newest(limit=2, before=first[-1].number)
    assert [each.name for each in (*first, *rest)] == names[::-1]


def test_a_document_is_spelled_with_all_that_is_known(documents: Documents) -> None:
    """Its time is RFC 3339; without a preview there is none."""
    found = documents.get(store(documents.database, "a").id)
    assert found.to_json() == {
        "id": found.id,
        "name": "a",
        "type": "text/plain",
        "bytes": 4,
        "sha256": hashlib.sha256(b"data").hexdigest(),
        "pages": None,
        "created": "2023-11-14T22:13:20.500+00:00",
        "preview": None,
        "fields": {},
    }


def test_a_preview_is_kept_beside_it(documents: Documents) -> None:
    """From then on the document says where it is."""
    document = store(documents.database, "a").id
    with pytest.raises(Refused, match="no preview"):
        documents.preview(document)
    documents.set_preview(document, pages=3, preview=b"png")
    assert documents.preview(document) == b"png"
    told = documents.get(document).to_json()
    assert (told["pages"], told["preview"]) == (3, f"/documents/{document}/preview")


def test_what_is_removed_is_gone_with_its_bytes(documents: Documents) -> None:
    """Removing it again says so; others stay."""
    gone, other = (store(documents.database, name).id for name in "ab")
    documents.remove(gone)
    assert find_document(documents.database, gone) is None
    assert documents.read(gone, 0) == b""
    assert documents.read(other, 1) == b"ata"
    for call in (documents.get, documents.remove):
        with pytest.raises(Refused, match="no such document"):
            call(gone)
