"""URLs of pages: ours are understood, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.errors import InvalidParameter
from scanwright.protocol.members import Members
from scanwright.protocol.origins import HostPolicy
from scanwright.protocol.page_urls import (
    DocumentPage,
    JobPage,
    OwnAddresses,
    parse_source,
)

HERE = OwnAddresses(HostPolicy(frozenset({"scan.example"})), frozenset({18622, 18623}))
JOB = "/api/device/scanners/jobs/3F0c-1/next-page"
DOCUMENT = "/api/storage/documents/0190817C22ab/content"


def parse(source: object, host: str = "localhost:18622") -> JobPage | DocumentPage:
    """Parse a body's source."""
    return parse_source(Members({"source": source}), HERE, host)


@pytest.mark.parametrize(
    "base",
    [
        "http://127.0.0.1:18622",
        "https://127.0.0.1:18623",
        "http://localhost:18622",
        "https://LOCALHOST:18623",
        "http://[::1]:18622",
        "https://scan.example:18623",
    ],
)
def test_every_address_of_the_service_will_do(base: str) -> None:
    """By whichever name and port the description was asked for."""
    assert parse(f"{base}{JOB}?page=01ab") == JobPage("3F0c-1", "01ab")


def test_the_address_that_was_called_will_do() -> None:
    """Behind a forwarded port the service does not know its own."""
    assert parse(f"http://127.0.0.1:9{JOB}?page=01ab", "127.0.0.1:9")
    with pytest.raises(InvalidParameter):
        parse(f"http://127.0.0.1:9{JOB}?page=01ab")


def test_other_parameters_do_not_matter() -> None:
    """Clients add the type that they like."""
    page = JobPage("3F0c-1", "01ab")
    assert parse(f"http://127.0.0.1:18622{JOB}?type=image/jpeg&page=01ab") == page


def test_a_page_of_a_document_has_a_number_or_an_id() -> None:
    """The URL of its content with one page."""
    url = f"http://127.0.0.1:18622{DOCUMENT}?type=image/png&pages=0190817c3001"
    assert parse(url) == DocumentPage("0190817c22ab", "0190817c3001")


@pytest.mark.parametrize(
    "source",
    [
        "",
        "page",
        JOB,
        f"{JOB}?page=01ab",
        "file:///etc/hosts",
        "https://foreign.example/page.png",
        f"http://foreign.example:18622{JOB}?page=01ab",
        f"http://127.0.0.1:18625{JOB}?page=01ab",
        f"http://127.0.0.1{JOB}?page=01ab",
        f"http://127.0.0.1:18622@foreign.example{JOB}?page=01ab",
        f"http://x@127.0.0.1:18622{JOB}?page=01ab",
        f"ftp://127.0.0.1:18622{JOB}?page=01ab",
        f"//127.0.0.1:18622{JOB}?page=01ab",
        f"http://127.0.0.1:18622{JOB}",
        f"http://127.0.0.1:18622{JOB}?page=",
        f"http://127.0.0.1:18622{JOB}?page=01ab&page=01ac",
        f"http://127.0.0.1:18622{JOB}?page=../x",
        f"http://127.0.0.1:18622{JOB}/?page=01ab",
        f"http://127.0.0.1:18622{JOB.replace('next-page', 'content')}?page=0",
        f"http://127.0.0.1:18622{DOCUMENT}",
        f"http://127.0.0.1:18622{DOCUMENT}?pages=0,1",
        "http://127.0.0.1:18622/api/server/version",
        f"http://127.0.0.1:99999{JOB}?page=01ab",
        f"http://[::1:18622{JOB}?page=01ab",
        f"http://127.0.0.1:18622{JOB}?page=01ab{'x' * 3000}",
        7,
        None,
        ["http://127.0.0.1:18622"],
    ],
)
def test_nothing_else_is_a_page(source: object) -> None:
    """The message names the member."""
    with pytest.raises(InvalidParameter, match="source"):
        parse(source)


def test_a_missing_source_is_told() -> None:
    """It is the one member that there must be."""
    with pytest.raises(InvalidParameter, match="source is missing"):
        parse_source(Members({}), HERE, "localhost")


@given(st.text(), st.text())
def test_any_text_is_a_page_or_refused(text: str, host: str) -> None:
    """No other error leaves it."""
    with pytest.raises(InvalidParameter):
        parse(f"http://{text}", host)
