"""What no log may hold is not in the text that comes out."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.log import _secrets as secrets
from scanwright.log import conceal, redact

KEY = "s3cr3t-V4lue"


@pytest.fixture(autouse=True)
def nothing_concealed() -> Iterator[None]:
    """Forget what a test concealed."""
    yield
    secrets._concealed.clear()


@pytest.mark.parametrize(
    "text",
    [
        f"password={KEY}",
        f"opened with Password: {KEY}",
        f'{{"password": "{KEY}", "pages": 3}}',
        f"{{'documentPassword': '{KEY}'}}",
        f"GET /admin/#token={KEY}&x=1",
        f"DWT-PRODUCT-KEY: {KEY}",
        f"X-DICS-LICENSE-KEY={KEY}",
        f"licence {KEY}".replace(" ", "="),
        f"Authorization: Bearer {KEY}",
        f"Cookie: {KEY}",
        f"admin_token='{KEY}'",
        f"X-Scanwright-Admin: {KEY}",
        f'{{"password": "a\\"{KEY}"}}',
        f"{{'password': 'a\\'{KEY}'}}",
        f"http://scan:{KEY}@printer.example/eSCL does not answer",
        f"-----BEGIN PRIVATE KEY-----\n{KEY}\n-----END PRIVATE KEY-----",
        f"-----BEGIN EC PRIVATE KEY-----\n{KEY}",
    ],
)
def test_what_a_name_calls_secret_is_hidden(text: str) -> None:
    """A value behind a telling name does not come out; its name does."""
    shown = redact(text)
    assert KEY not in shown
    assert secrets.HIDDEN in shown


@given(st.text(min_size=secrets.SHORTEST), st.text(), st.text())
def test_what_was_concealed_never_comes_out(
    secret: str, before: str, after: str
) -> None:
    """A string that was told to `conceal` is hidden wherever it stands."""
    conceal(secret)
    try:
        assert secret not in redact(f"{before}{secret}{after}").replace("***", "")
    finally:
        secrets._concealed.clear()


def test_a_short_string_is_not_concealed() -> None:
    """Hiding every `a` would hide the text."""
    conceal("a")
    assert redact("a page") == "a page"


@pytest.mark.parametrize(
    "text",
    [
        f"page {bytes(range(256))!r}",
        f"page {base64.b64encode(bytes(300)).decode()}",
        f"page {(b'0123456789abcdef' * 20).decode()}",
        f"page {bytes(range(256))!r}"[:300],
    ],
)
def test_pictures_are_not_text(text: str) -> None:
    """Of data that got into a message only the size is left."""
    shown = redact(text)
    assert shown.startswith("page <")
    assert len(shown) < 50


@pytest.mark.parametrize(
    "text",
    [
        "job 5f0c1e33-8a55-4d8e-bb4b-4ad0a1a1f0d9 ended: 3 pages",
        "the key cert/server_key.pem does not belong to cert/server.pem",
        "GET /api/device/scanners/jobs/1/next-page?type=jpg",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    """What is no secret is not touched."""
    assert redact(text) == text


@pytest.mark.parametrize("text", ["a" * 200_000, "b'" * 100_000, "token" * 40_000])
def test_a_long_text_takes_no_long_time(text: str) -> None:
    """The search is linear: no request can stop the service by what it makes it log."""
    start = perf_counter()
    redact(text)
    assert perf_counter() - start < 5


@pytest.mark.parametrize("data", [bytes(9), bytearray(9), memoryview(bytes(9))])
def test_raw_data_is_told_by_its_size(data: bytes) -> None:
    """An argument that is raw data becomes its size."""
    assert secrets.plain(data) == "<9 bytes>"


@given(st.text(), st.integers(min_value=2, max_value=50))
def test_a_shortened_text_has_both_ends(text: str, limit: int) -> None:
    """Beginning and end stay; what is short enough stays whole."""
    short = secrets.shorten(text, limit)
    assert short == text or (
        short.startswith(text[: limit // 2]) and short.endswith(text[-(limit // 2) :])
    )
