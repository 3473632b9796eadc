"""What there is to see of a target that runs."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from scanwright_conformance.target import (
    Addresses,
    Device,
    Examination,
    Finding,
    Port,
    Target,
)
from scanwright_conformance.target._checkup import look_over

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]

ONE = Device("One", 256, "{}")
OK, WARNING, PROBLEM = Finding


async def answer(_: web.Request) -> web.Response:
    """Answer anything with an empty object, which every origin may read."""
    return web.json_response({}, headers={"Access-Control-Allow-Origin": "*"})


async def found(url: str, *has: str, **members: Any) -> dict[str, Examination]:
    """Return what is found about a target at `url`, by name."""
    target = Target("t", Addresses({Port.API: url}), frozenset(has), **members)
    return {each.name: each async for each in look_over(target)}


async def test_an_address_is_measured(serve: Serve) -> None:
    """An answer of any kind is one, and how long it took is told."""
    url = await serve(answer)
    seen = await found(url, "open-origins", known_control=url)
    assert seen["address api"].finding is OK
    assert "answers 200 in" in seen["address api"].seen
    assert seen["address hardware control"].finding is OK


async def test_an_address_where_nobody_answers_is_a_problem() -> None:
    """Whatever is declared cannot be measured there."""
    seen = await found("http://127.0.0.1:9")
    assert seen["address api"].finding is PROBLEM
    assert "127.0.0.1:9" in seen["address api"].seen


@pytest.mark.parametrize(
    ("devices", "has", "finding"),
    [
        ({"scanner": ONE}, ["scanner"], OK),
        ({}, ["scanner"], PROBLEM),
        ({}, [], OK),
    ],
)
async def test_a_declared_scanner_is_listed(
    devices: dict[str, Device],
    has: list[str],
    finding: Finding,
) -> None:
    """Who declares one and lists none has a problem."""
    seen = await found("http://127.0.0.1:9", *has, devices=devices)
    assert seen["scanners"].finding is finding


async def test_a_role_whose_scanner_is_not_listed_is_a_problem() -> None:
    """The name in the description may be misspelt."""
    seen = await found("http://127.0.0.1:9", roles={"slow": "Old"})
    assert seen["scanner slow"].seen == "'Old' is not in the listing"


async def test_a_discrepancy_is_a_warning(serve: Serve) -> None:
    """It stands in nobody's way, but something is measured in vain."""
    seen = await found(await serve(answer), "open-origins", "manager")
    assert seen["capability manager"].finding is WARNING
    assert seen["capability manager"].seen.startswith("declared, but not seen: ")
    assert seen.keys() == {"address api", "scanners", "capability manager"}


async def test_a_home_is_looked_into(tmp_path: Path) -> None:
    """It can be read, and has the key that a renewal needs."""
    nobody = "http://127.0.0.1:9"
    assert (await found(nobody, "home"))["home"].finding is PROBLEM
    none = await found(nobody, "home", known_home=tmp_path / "none")
    assert "cannot be read" in none["home"].seen
    keyless = await found(nobody, "home", "renewal", known_home=tmp_path)
    assert "ca_key.pem is not there" in keyless["home"].seen
    good = await found(nobody, "home", known_home=tmp_path)
    assert (good["home"].finding, good["home"].seen) == (OK, f"{tmp_path} has nothing")


@pytest.mark.parametrize(
    ("report", "seen", "finding"),
    [
        ((), "nobody tells which they are", PROBLEM),
        ("print('no')", "is no JSON object", PROBLEM),
        ("print('{\"processes\": []}')", "no main among: none", PROBLEM),
        (
            'print(\'{"processes": [{"pid": 7, "command": ["served"]}]}\')',
            "other 7",
            OK,
        ),
    ],
)
async def test_processes_are_seen(report: Any, seen: str, finding: Finding) -> None:
    """By the control, or by the host's report."""
    command = (sys.executable, "-c", report) if report else ()
    told = await found("http://127.0.0.1:9", "processes", report=command)
    assert seen in told["processes"].seen
    assert told["processes"].finding is finding
