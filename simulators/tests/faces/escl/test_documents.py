"""XML is read strictly, and written with the prefixes that clients expect."""

from __future__ import annotations

import pytest

from scanwright_simulators.errors import MessageError
from scanwright_simulators.faces.escl.documents import (
    DEEPEST,
    PWG,
    SCAN,
    add_all,
    parse,
    root_of,
    short_name,
    to_bytes,
)


def test_a_document_is_written_with_usual_prefixes() -> None:
    """Some clients look for `scan:` and `pwg:` and know no namespaces."""
    root = root_of("ScannerStatus")
    add_all(root, PWG, "JobStateReasons/JobStateReason", ["a", "b"])
    text = to_bytes(root).decode()
    assert "<scan:ScannerStatus" in text
    assert "<pwg:JobStateReason>a</pwg:JobStateReason>" in text
    assert parse(text.encode())[0].text == "2.63"


@pytest.mark.parametrize("depth", [DEEPEST, DEEPEST + 1])
def test_nesting_has_an_end(depth: int) -> None:
    """What lies deeper than any honest document goes is refused."""
    body = b"<a>" * depth + b"</a>" * depth
    if depth > DEEPEST:
        with pytest.raises(MessageError, match="nested"):
            parse(body)
    else:
        assert parse(body).tag == "a"


def test_entities_are_not_expanded() -> None:
    """A document type is refused before it can do harm."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l9;</x>'
    with pytest.raises(MessageError, match="document type"):
        parse(bomb.encode())


def test_names_are_short_for_people() -> None:
    """Known namespaces have their prefixes, others are left out."""
    assert short_name(f"{{{SCAN}}}Intent") == "scan:Intent"
    assert short_name("{urn:x}Intent") == "Intent"
    assert short_name("Intent") == "Intent"


def test_nothing_is_no_document() -> None:
    """An empty body has no root."""
    with pytest.raises(MessageError, match="no XML"):
        parse(b"")
