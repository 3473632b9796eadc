"""Command lines that repeat a request."""

from __future__ import annotations

import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_conformance.report._curl import curl_line
from scanwright_conformance.transcript import Request

URL = "http://127.0.0.1:18622/api/server"

PATCH = ("curl", "-i", "-X", "PATCH")


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (Request("GET", URL), ["curl", "-i", URL]),
        (Request("HEAD", URL), ["curl", "-i", "--head", URL]),
        (Request("DELETE", URL), ["curl", "-i", "-X", "DELETE", URL]),
        (
            Request("GET", "https://127.0.0.1:18623/"),
            ["curl", "-i", "-k", "https://127.0.0.1:18623/"],
        ),
        (
            Request("GET", URL, (("Origin", "https://a.test"), ("X-Empty", ""))),
            ["curl", "-i", "-H", "Origin: https://a.test", "-H", "X-Empty;", URL],
        ),
        (
            Request("PATCH", URL, (), b"{'}"),
            [*PATCH, "-H", "Content-Type:", "--data-binary", "{'}", URL],
        ),
        (
            Request("PATCH", URL, (("content-type", "text/plain"),), b"{}"),
            [*PATCH, "-H", "content-type: text/plain", "--data-binary", "{}", URL],
        ),
    ],
)
def test_a_request_becomes_a_command(request_: Request, words: list[str]) -> None:
    """Method, headers and body are repeated; curl adds no Content-Type of its own."""
    assert shlex.split(curl_line(request_)) == words


def test_a_long_body_is_cut() -> None:
    """A line that nobody can read is no help."""
    assert curl_line(Request("POST", URL, (), b"x" * 9999)).count("x") < 5000


@given(st.binary(min_size=1, max_size=40))
def test_raw_bytes_survive_the_shell(data: bytes) -> None:
    """The printf in the line gives exactly the bytes that were sent."""
    line = curl_line(Request("", "http://127.0.0.1:18622", raw=data))
    printing, _, sending = line.partition(" | ")
    made = subprocess.run(["sh", "-c", printing], capture_output=True, check=True)
    assert made.stdout == data
    assert sending == "nc -q 2 127.0.0.1 18622"


def test_raw_bytes_over_tls_go_through_openssl() -> None:
    """Netcat speaks no TLS."""
    line = curl_line(Request("", "https://127.0.0.1:18623", raw=b"GET /\r\n"))
    assert line.endswith("| openssl s_client -quiet -connect 127.0.0.1:18623")
