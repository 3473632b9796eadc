"""Talking to adapters: what they answer, and all that they can do wrong."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from scanwright_conformance.target import Unsupported
from scanwright_conformance.target._adapter_wire import (
    AdapterBroken,
    AdapterFailed,
    AdapterWire,
    Hello,
    hello_in,
)

HELLO = {"name": "n", "version": "1", "protocol": 1, "can": ["start"]}
HANG = "sys.stdin.read()"
READ = "import json, sys\nrequest = json.loads(sys.stdin.readline())\n"


@asynccontextmanager
async def talking_to(text: str) -> AsyncIterator[AdapterWire]:
    """Yield a wire to a program with this text."""
    wire = AdapterWire("the adapter")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        text,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=wire.errors,
        limit=4096,
        start_new_session=True,
    )
    wire.attach(process)
    try:
        yield wire
    finally:
        await wire.end()


def answering(answer: str) -> str:
    """Return a program that gives one answer, a Python expression."""
    return f"{READ}print(json.dumps({answer}), flush=True)\nsys.stdin.read()"


@pytest.mark.slow
async def test_an_answer_belongs_to_its_request() -> None:
    """The members of a request arrive, and those of its answer come back."""
    text = answering('{"id": request["id"], "ok": True, "seen": request}')
    async with talking_to(text) as wire:
        answer = await wire.ask("hook", {"name": "x"}, within_s=10)
    assert answer["seen"] == {"id": 1, "do": "hook", "name": "x"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        ('{"id": 1, "unsupported": "no disk"}', Unsupported, "'reset': no disk"),
        ('{"id": 1, "error": "in use"}', AdapterFailed, "says to 'reset': in use"),
        ('{"id": 2, "ok": True}', AdapterBroken, "answered request 2 instead of 1"),
        ('{"id": True, "ok": True}', AdapterBroken, "request True instead of 1"),
        ('{"id": [], "ok": True}', AdapterBroken, r"request \[\] instead of 1"),
        ('{"id": 1, "ok": "yes"}', AdapterBroken, "neither ok, unsupported nor error"),
        ("[1]", AdapterBroken, "which is no JSON object: only answers"),
    ],
)
async def test_an_answer_may_be_a_refusal_or_wrong(
    answer: str,
    kind: type[Exception],
    message: str,
) -> None:
    """Unsupported, an error, and an answer that is none are different things."""
    async with talking_to(answering(answer)) as wire:
        with pytest.raises(kind, match=message):
            await wire.ask("reset", {}, within_s=10)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sys.exit('no such disk')", "ended with status 1\n  no such disk"),
        (HANG, r"did not answer 'start' within 0\.5 s"),
        ("print('Listening', flush=True)", "'Listening', which is no JSON object"),
        ("print('[' * 3000, flush=True)", "which is no JSON object"),
        ("print('x' * 99999, flush=True)", "printed a line without an end"),
        (
            "import os; os.close(1); sys.stdin.read()",
            "closed its standard input or output",
        ),
        (
            "while True: print('{}', flush=True)",
            "answered request None instead of 1",
        ),
    ],
)
async def test_an_adapter_that_breaks_is_told(text: str, message: str) -> None:
    """Whatever it does, the suite goes on with a message and its last words."""
    async with talking_to(f"{READ}{text}") as wire:
        with pytest.raises(AdapterBroken, match=message):
            await wire.ask("start", {}, within_s=0.5 if text == HANG else 10)


@pytest.mark.slow
async def test_a_request_that_was_given_up_spoils_no_other() -> None:
    """The late answer to it is not taken for that to the next one."""
    text = """\
import json, sys
first = json.loads(sys.stdin.readline())
second = json.loads(sys.stdin.readline())
for request in (first, second):
    print(json.dumps({"id": request["id"], "ok": True, "do": request["do"]}))
"""
    async with talking_to(text) as wire:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(wire.ask("start", {}, within_s=10), 0.1)
        answer = await wire.ask("stop", {}, within_s=10)
    assert answer["do"] == "stop"


async def test_a_wire_without_a_process_is_broken() -> None:
    """There is nobody to ask before somebody runs."""
    wire = AdapterWire("the adapter")
    with pytest.raises(AdapterBroken, match="does not run"):
        await wire.ask("stop", {}, within_s=1)
    await wire.end()


def test_a_hello_has_four_members() -> None:
    """Name, version and abilities are kept; the protocol is that of the suite."""
    assert hello_in(HELLO) == Hello("n", "1", frozenset({"start"}))


@pytest.mark.parametrize(
    ("member", "value", "message"),
    [
        ("protocol", 2, "it speaks protocol 2, and the suite 1"),
        ("protocol", None, "it speaks protocol null"),
        ("name", "", "'name' is \"\", and no text"),
        ("version", 1, "'version' is 1, and no text"),
        ("can", "start", "'can' is \"start\", and no array"),
        ("can", [1], r"'can' is \[1\], and no array"),
    ],
)
def test_a_hello_that_is_wrong_says_where(
    member: str,
    value: Any,
    message: str,
) -> None:
    """The author of an adapter learns which member to mend."""
    with pytest.raises(ValueError, match=message):
        hello_in({**HELLO, member: value})
