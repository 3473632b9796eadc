"""HTTP to a scanner."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from scanwright.devices.escl import client as module
from scanwright.devices.escl.address import EsclAddress
from scanwright.devices.escl.client import EsclClient
from scanwright.devices.port import Cancelled
from scanwright.errors import Code, DeviceError


async def test_answer_has_status_location_and_body(scanner: Any) -> None:
    """A POST gives the place of what was made."""
    client = EsclClient(scanner.address)
    answer = await asyncio.to_thread(client.request, "POST", "/eSCL/ScanJobs", b"<a/>")
    assert (answer.status, answer.location) == (201, scanner.location)
    assert scanner.ticket == "<a/>"


async def test_every_piece_is_a_sign_of_life(scanner: Any) -> None:
    """A long answer tells that it is coming."""
    scanner.script.append(bytes(300_000))
    signs: list[int] = []
    client = EsclClient(scanner.address)
    answer = await asyncio.to_thread(
        client.request, "GET", "/eSCL/x", alive=lambda: signs.append(1)
    )
    assert len(answer.body) == 300_000
    assert len(signs) >= 4


def test_nobody_there_is_offline() -> None:
    """A refused connection says where and what to look at."""
    client = EsclClient(EsclAddress("Gone", "http://127.0.0.1:1/eSCL"))
    with pytest.raises(DeviceError, match="Gone cannot be reached") as caught:
        client.get("ScannerStatus")
    assert caught.value.code is Code.DEVICE_OFFLINE


@pytest.mark.parametrize(
    ("item", "code"), [("reset", Code.DEVICE_OFFLINE), ("break", Code.READ_ERROR)]
)
async def test_broken_connection(scanner: Any, item: str, code: Code) -> None:
    """Before an answer the scanner is gone; within one its data broke off."""
    scanner.script.append(item)
    client = EsclClient(scanner.address)
    with pytest.raises(DeviceError) as caught:
        await asyncio.to_thread(client.get, "x")
    assert caught.value.code in {code, Code.DEVICE_OFFLINE}


async def test_interrupt_ends_a_request(scanner: Any) -> None:
    """A request that waits ends at once, and no other one begins."""
    arrived, hang = asyncio.Event(), asyncio.Event()

    async def wait(_request: object) -> None:
        arrived.set()
        await hang.wait()

    scanner._next = wait
    client = EsclClient(scanner.address)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        request = group.create_task(_cancelled(client))
        await arrived.wait()
        client.interrupt()
        assert await request
        hang.set()
    with pytest.raises(Cancelled):
        client.get("x")


async def _cancelled(client: EsclClient) -> bool:
    try:
        await asyncio.to_thread(client.get, "x")
    except Cancelled:
        return True
    return False


async def test_endless_answer_is_cut(
    scanner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer larger than any page is no answer."""
    monkeypatch.setattr(module, "LARGEST_ANSWER_BYTES", 1000)
    scanner.script.append(bytes(2000))
    with pytest.raises(DeviceError, match="more than"):
        await asyncio.to_thread(EsclClient(scanner.address).get, "x")
