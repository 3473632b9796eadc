"""Endpoint 22: is there anything on the page?"""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from scanwright.buffer.pages import PageStore, PageView
from scanwright.buffer.slots import SlotPool
from scanwright.errors import InvalidParameter
from scanwright.http.api import Api
from scanwright.http.page_sources import PageSources
from scanwright.http.processing import Processing, parse_blank
from scanwright.http.routes import build_application
from scanwright.jobs.registry import Jobs
from scanwright.protocol.edits import Analysis, BlankByBlocks, Measured
from scanwright.protocol.members import Members
from scanwright.protocol.origins import HostPolicy, OriginPolicy
from scanwright.protocol.page_urls import OwnAddresses

Client = TestClient[Any, Any]
BLANK = "/api/process/check-blank"
JOBS = "/api/device/scanners/jobs"
DOCUMENTS = "/api/storage/documents"


async def page_url(client: Client) -> str:
    """Scan; return the URL of a page that is of one shade."""
    job = await (await client.post(JOBS, data="{}")).json()
    answer = await client.get(f"{JOBS}/{job['jobuid']}/next-page-info")
    return str((await answer.json())[0]["url"])


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, (20, 30)),
        ({"minBlockHeight": 5, "maxBlockHeight": 5}, (5, 5)),
        ({"minBlockHeight": 40}, (40, 40)),
        ({"minBlockHeight": 10}, (10, 30)),
        ({"maxBlockHeight": 10}, (10, 10)),
        ({"maxBlockHeight": 90}, (20, 90)),
    ],
)
def test_heights_have_defaults(
    settings: dict[str, object], expected: tuple[int, int]
) -> None:
    """20 and 30, where the height that was given leaves room for them."""
    assert parse_blank(Members({"settings": settings})) == BlankByBlocks(*expected)
    assert parse_blank(Members({})) == BlankByBlocks(20, 30)


@pytest.mark.parametrize(
    "settings",
    [
        {"minBlockHeight": 0},
        {"maxBlockHeight": 0},
        {"minBlockHeight": 2, "maxBlockHeight": 1},
        {"minBlockHeight": "20"},
        {"minBlockHeight": -1},
    ],
)
def test_heights_begin_at_1(settings: dict[str, object]) -> None:
    """And the lower one is not above the higher."""
    with pytest.raises(InvalidParameter, match="BlockHeight"):
        parse_blank(Members({"settings": settings}))


class Dumb:
    """Measures, and finds nothing."""

    async def measure(self, page: PageView, analysis: Analysis) -> Measured:
        """Find nothing."""
        del page, analysis
        return Measured()


async def test_a_measurement_without_a_result_is_a_defect(
    jobs: Jobs, store: PageStore, slots: SlotPool
) -> None:
    """It is told, and not taken for a page that is not blank."""
    here = OwnAddresses(HostPolicy(), frozenset())
    api, sources = Api(jobs, store), PageSources(jobs, store, slots, lambda: here)
    endpoints = {**api.endpoints(), **Processing(sources, Dumb()).endpoints()}
    server = TestServer(build_application(endpoints, OriginPolicy()))
    async with TestClient(server) as client:
        body = {"source": await page_url(client)}
        answer = await client.post(BLANK, json=body)
        assert (answer.status, (await answer.json())["code"]) == (500, -1001)


async def test_a_page_of_a_job_is_looked_at(document_client: Client) -> None:
    """The answer is true or false."""
    body = {"source": await page_url(document_client)}
    answer = await document_client.post(BLANK, json=body)
    result = (await answer.json())["result"]
    assert isinstance(result, bool)


async def test_a_page_of_a_document_is_looked_at(document_client: Client) -> None:
    """Under the URL of its content, with the password in the header."""
    headers = {"DWT-DOC-PASSWORD": "Sesame"}
    made = await document_client.post(DOCUMENTS, json={"password": "Sesame"})
    path = f"{DOCUMENTS}/{(await made.json())['uid']}"
    body: dict[str, object] = {"source": await page_url(document_client)}
    await document_client.post(f"{path}/pages", json=body, headers=headers)
    url = document_client.make_url(f"{path}/content?type=image/png&pages=0")
    body = {"source": str(url)}
    answer = await document_client.post(BLANK, json=body, headers=headers)
    assert answer.status == 200
    answer = await document_client.post(BLANK, json=body)
    assert (answer.status, (await answer.json())["code"]) == (403, -1043)
    body = {"source": str(url.with_query(pages="1"))}
    answer = await document_client.post(BLANK, json=body, headers=headers)
    assert (answer.status, (await answer.json())["code"]) == (400, -2113)


@pytest.mark.parametrize("source", [None, "", "page", "http://a.example/page.png"])
async def test_what_is_no_page_is_refused(
    document_client: Client, source: str | None
) -> None:
    """400 and -2113, as the published page has it."""
    body = {} if source is None else {"source": source}
    answer = await document_client.post(BLANK, json=body)
    assert (answer.status, (await answer.json())["code"]) == (400, -2113)
