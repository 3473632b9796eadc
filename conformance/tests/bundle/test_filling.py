"""Secrets come back to the places where they were, and to no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_conformance.bundle.filling import SecretMissing, filled
from scanwright_conformance.redact import redact
from scanwright_conformance.transcript import Exchange, Request, Transcript

KEY = 't01"23 ä'


def shown(request: Request, *secrets: str) -> Request:
    """Return `request` as a bundle has it."""
    return redact(Transcript((Exchange("x", request, None),)), secrets)["x"].request


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "http://h:1/", (("DWT-PRODUCT-KEY", KEY), ("Accept", "*/*"))),
        Request("GET", "http://h:1/?license=t01%2223%20%C3%A4&x=1"),
        Request("POST", "http://h:1/", body=b'{"license": "t01\\"23 \\u00e4", "x": 1}'),
        Request(
            "GET", "http://h:1", raw=f"GET /\r\nDWT-PRODUCT-KEY: {KEY}\r\n".encode()
        ),
        Request("GET", "http://h:1/any/t01%2223%20%C3%A4"),
    ],
)
def test_a_licence_key_comes_back(request_: Request) -> None:
    """Wherever a request can have one."""
    hidden = shown(request_, KEY)
    assert hidden != request_
    assert filled(hidden, {"licence": KEY}) == request_


def test_other_secrets_come_back_by_name() -> None:
    """Capitals do not matter."""
    request = Request("GET", "http://h:1/", (("Authorization", "Bearer x"),))
    assert filled(shown(request), {"authorization": "Bearer x"}) == request


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        (Request("GET", "http://h:1/", (("Cookie", "a=b"),)), "Cookie"),
        (Request("POST", "http://h:1/", body=b'{"password": "x"}'), "password"),
        (Request("GET", "http://h:1/", (("DWT-PRODUCT-KEY", "x"),)), "licence"),
    ],
)
def test_a_secret_that_nobody_gave_is_named(request_: Request, name: str) -> None:
    """So that one knows what to give."""
    with pytest.raises(SecretMissing) as missing:
        filled(shown(request_), {"other": "x"})
    assert missing.value.name == name


@pytest.mark.slow
@given(st.binary(max_size=30))
def test_a_request_without_secrets_stays(body: bytes) -> None:
    """Nothing is taken for a place of one."""
    request = Request("POST", "http://h:1/", body=body)
    assert filled(request, {}) == request
