"""Null targets pass nothing."""

from __future__ import annotations

import asyncio

import pytest

from scanwright_conformance.proof.nulls import (
    NULLS,
    TRULY_MET,
    Found,
    listening,
    problems_of,
    try_null,
)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["refuses the connection", "garbage", "echo"])
def test_a_null_target_passes_no_must(name: str) -> None:
    """The suite says so within its time."""
    assert list(problems_of(try_null(name, is_alone=False))) == []


@pytest.mark.slow
def test_no_judge_is_content_with_nothing() -> None:
    """Each judge objects by itself, not because another clause blocks it."""
    found = try_null("echo", is_alone=True)
    assert found.met <= set(TRULY_MET)
    assert found.errors == ()


@pytest.mark.parametrize(
    ("found", "problem"),
    [
        (
            Found(
                "echo",
                is_alone=False,
                met=frozenset({"A-b"}),
                errors=(),
                tried=1,
                seconds=1.0,
            ),
            "passes A-b",
        ),
        (
            Found(
                "echo",
                is_alone=True,
                met=frozenset(TRULY_MET),
                errors=(),
                tried=1,
                seconds=1.0,
            ),
            "",
        ),
        (
            Found(
                "echo",
                is_alone=False,
                met=frozenset(),
                errors=("A-b: KeyError",),
                tried=1,
                seconds=1.0,
            ),
            "upsets",
        ),
        (
            Found(
                "echo",
                is_alone=False,
                met=frozenset(),
                errors=(),
                tried=1,
                seconds=999.0,
            ),
            "took 999 s",
        ),
    ],
)
def test_what_must_not_be_is_a_problem(found: Found, problem: str) -> None:
    """A pass, an accident of the suite, a run without end."""
    told = list(problems_of(found))
    assert bool(told) == bool(problem)
    assert all(problem in each for each in told)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("404 to all", b"HTTP/1.1 404"),
        ("200 with {} to all", b"HTTP/1.1 200"),
        ("500 to all", b"HTTP/1.1 500"),
        ("echo", b"HTTP/1.1 200"),
        ("accepts and closes", b""),
    ],
)
async def test_they_are_what_they_are_called(name: str, answer: bytes) -> None:
    """A null target answers by its name."""
    async with listening(NULLS[name]) as address:
        host, _, port = address.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nOrigin: y\r\n\r\nbody")
        said = await reader.read()
        writer.close()
    assert said.startswith(answer)
    assert (b"Origin: y" in said) == (name == "echo")
