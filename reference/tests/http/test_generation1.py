"""The paths of older clients."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

Client = TestClient[Any, Any]
JOBS = "/DWTAPI/ScanJobs"


async def test_a_job_ends_with_410(client: Client) -> None:
    """A bare id, JPEG pages, 410 at the end, 200 for DELETE."""
    body = json.dumps({"license": "any", "config": {"IfShowUI": False}})
    headers = {"Content-Type": "application/text"}
    answer = await client.post(f"{JOBS}?timeout=9", data=body, headers=headers)
    assert (answer.status, answer.content_type) == (201, "text/plain")
    path = f"{JOBS}/{await answer.text()}"
    types = []
    while (answer := await client.get(f"{path}/NextDocument")).status == 200:
        types.append(answer.content_type)
    assert types == ["image/jpeg", "image/jpeg"]
    assert answer.status == 410
    assert (await client.delete(path)).status == 200


@pytest.mark.parametrize("seconds", ["0", "3601", "soon"])
async def test_the_timeout_is_checked(client: Client, seconds: str) -> None:
    """Whole seconds from 1 to 3600."""
    answer = await client.post(f"{JOBS}?timeout={seconds}", data="{}")
    assert (answer.status, (await answer.json())["code"]) == (400, -2113)


async def test_a_job_runs_at_once_with_the_default_timeout(client: Client) -> None:
    """There is no pending state here, whatever the body says."""
    answer = await client.post(JOBS, data=json.dumps({"autoRun": False}))
    page = await client.get(f"{JOBS}/{await answer.text()}/NextDocument")
    assert page.status == 200


async def test_the_licence_is_in_the_body(strict_client: Client) -> None:
    """A strict service takes the key from there."""
    assert (await strict_client.post(JOBS, data="{}")).status == 403
    body = json.dumps({"license": "K"})
    assert (await strict_client.post(JOBS, data=body)).status == 201


async def test_scanners_are_listed_by_mask(client: Client) -> None:
    """The listing is that of generation 2."""
    listed = await (await client.get("/DWTAPI/Scanners?type=512")).json()
    assert [scanner["name"] for scanner in listed] == ["Feeder"]
