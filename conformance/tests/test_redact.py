"""Secrets leave no trace in evidence."""

from __future__ import annotations

import pytest

from scanwright_conformance.canned import answered
from scanwright_conformance.codec import encode
from scanwright_conformance.redact import REDACTED, redact
from scanwright_conformance.transcript import Exchange, Fact, Request, Transcript

KEY = "t0123-secret"


def shown(request: Request, *secrets: str) -> Request:
    """Return `request` as it stands in evidence."""
    transcript = redact(Transcript((Exchange("x", request, None, "gone"),)), secrets)
    return transcript["x"].request


@pytest.mark.parametrize(
    "name",
    ["DWT-PRODUCT-KEY", "X-DICS-LICENSE-KEY", "dwt-doc-password", "Authorization"],
)
def test_headers_of_secrets_are_hidden(name: str) -> None:
    """A header that carries a secret keeps its name and loses its value."""
    request = shown(Request("GET", "/", ((name, KEY), ("Accept", "*/*"))))
    assert request.headers == ((name, REDACTED), ("Accept", "*/*"))


def test_an_empty_header_stays_empty() -> None:
    """Whether a key was sent at all is evidence."""
    request = shown(Request("GET", "/", (("DWT-PRODUCT-KEY", ""),)))
    assert request.headers == (("DWT-PRODUCT-KEY", ""),)


def test_members_of_secrets_are_hidden() -> None:
    """The licence of generation 1 stands in the body."""
    body = b'{"license": "t01\\"23", "config": {}}'
    request = shown(Request("POST", "/", body=body))
    assert request.body == b'{"license": "[redacted]", "config": {}}'


def test_raw_requests_are_hidden_too() -> None:
    """Exact bytes are searched for the same headers."""
    raw = b"GET / HTTP/1.1\r\nDWT-Product-Key: abc\r\nHost: x\r\n\r\n"
    request = shown(Request("GET", "/", raw=raw))
    expected = b"GET / HTTP/1.1\r\nDWT-Product-Key: [redacted]\r\nHost: x\r\n\r\n"
    assert request.raw == expected


def test_a_known_secret_is_hidden_everywhere() -> None:
    """A key that the target echoes is hidden in its answer and in its address."""
    sent = Exchange("sent", Request("GET", f"/?key={KEY}", body=KEY.encode()), None)
    echoed = answered("echoed", headers={"X-Echo": KEY}, json={"echo": KEY})
    transcript = redact(Transcript((sent, echoed)), [KEY, ""])
    assert KEY not in str(transcript)
    assert KEY not in str(encode(transcript))


def test_a_known_secret_is_hidden_in_facts() -> None:
    """A process may have the key among its arguments, however deep that lies."""
    value = [{"pid": 7, "command": ["served", "--licence-key", KEY], "is_main": True}]
    (fact,) = redact(Transcript((Fact("processes", value),)), [KEY]).entries
    assert isinstance(fact, Fact)
    assert fact.value[0]["command"] == ["served", "--licence-key", REDACTED]
    assert (fact.value[0]["pid"], fact.value[0]["is_main"]) == (7, True)


def test_other_facts_stay() -> None:
    """Without a secret there is nothing to hide."""
    fact = Fact("stop", "stopped")
    assert redact(Transcript((fact,)), [KEY]).entries == (fact,)
