"""What programs can read: the state anybody here, the rest who has the token."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from scanwright import __version__
from scanwright.protocol.access import Access
from scanwright.protocol.origins import OriginPolicy

Client = TestClient[Any, Any]

API = "/admin/api"


async def read(client: Client, path: str) -> Any:
    """Return the JSON of a good answer."""
    answer = await client.get(f"{API}/{path}")
    assert answer.status == 200
    return await answer.json()


async def test_the_state_is_for_anybody_here(client: Client) -> None:
    """Version, addresses, processes, crashes and modules need no token."""
    state = await read(client, "status")
    assert (state["state"], state["version"]) == ("running", __version__)
    assert state["processes"][0] == {
        "role": "main",
        "pid": 4711,
        "started": "2026-11-23T10:25:00Z",
        "restarts": 1,
    }
    assert state["crashes"] == 1
    assert state["modules"]["core"] == [__version__]
    assert state["modules"]["barcode"] == []
    assert state["addresses"]["api"] == "http://127.0.0.1:18622"


async def test_page_sessions_are_told(client: Client, world: Any) -> None:
    """What each takes and since when; whose it is takes the token."""
    world.visit()
    (told,) = (await read(client, "status"))["pageSessions"]
    assert told == {
        "started": "2026-11-23T12:23:00Z",
        "images": 3,
        "memoryBytes": 37748736,
        "diskBytes": 5000,
    }


async def test_the_state_names_no_origin(client: Client, world: Any) -> None:
    """How many pages wait, and how many use the service, is told; which is not."""
    world.consents.check("https://secret.example", Access.SCANNER)
    world.visit(origin="https://secret.example")
    state = await read(client, "status")
    assert state["waiting"] == 1
    assert "secret" not in str(state)


async def test_scanners_are_looked_for_when_asked(client: Client, world: Any) -> None:
    """Reading the listing wakes nobody; posting does."""
    assert (await read(client, "scanners"))["at"] is None
    assert world.scanners.looks == 0
    answer = await client.post(f"{API}/scanners")
    told = await answer.json()
    assert told["devices"] == [{"name": "Glass", "type": 0x100}]
    assert told["message"] == "One scanner found."
    assert (await read(client, "scanners"))["devices"] == told["devices"]
    assert world.scanners.looks == 1


async def test_the_log_is_filtered(admin: Client, world: Any) -> None:
    """By level, and to the number of records that was asked for."""
    lines = [
        f"2026-11-23T12:00:0{n}.000Z {level} main[1] scanwright.jobs: text {n}"
        for n, level in enumerate(("INFO", "WARNING", "ERROR"))
    ]
    (world.home.log / "service.log").write_text("\n".join(lines) + "\n")
    assert len(await read(admin, "log")) == 3
    assert [r["text"] for r in await read(admin, "log?level=warning")] == [
        "text 1",
        "text 2",
    ]
    assert [r["text"] for r in await read(admin, "log?count=1")] == ["text 2"]


async def test_folders_and_dumps(admin: Client, world: Any) -> None:
    """Sizes of the folders, and causes of crashes."""
    (world.home.dump / "x.txt").write_text("main died\nmore")
    told = await read(admin, "folders")
    sizes = {folder["name"]: folder["bytes"] for folder in told["folders"]}
    assert sizes["dump"] == 14
    assert told["dumps"][0]["cause"] == "main died"


async def test_settings_that_the_pages_change(admin: Client, world: Any) -> None:
    """Effective values, and what is wrong with the files."""
    world.set(
        policy=OriginPolicy(frozenset({"https://a.example"})),
        prompts=frozenset({Access.FILE}),
        server="192.0.2.7",
    )
    world.configuration.wrong = ["line 3 is wrong"]
    told = await read(admin, "settings")
    assert told["origins"] == ["https://a.example"]
    assert told["prompts"] == ["file"]
    assert (told["server"], told["logLevel"]) == ("192.0.2.7", 1)
    assert told["problems"] == ["line 3 is wrong"]


async def test_no_list_of_origins_is_null(admin: Client) -> None:
    """Every origin may call: that is not an empty list."""
    assert (await read(admin, "settings"))["origins"] is None


async def test_consents_are_told(admin: Client, world: Any) -> None:
    """With the end of what was allowed once."""
    world.consents.allow("https://a.example", Access.SCANNER, once=True)
    assert await read(admin, "access") == [
        {
            "origin": "https://a.example",
            "access": "scanner",
            "consent": "allowed",
            "at": "2026-11-23T12:30:00Z",
            "until": "2026-11-23T12:45:00Z",
        }
    ]


async def test_the_certificate_is_described(admin: Client, world: Any) -> None:
    """Facts and problem."""
    world.identity.facts = replace(world.identity.facts, problem="It expires soon.")
    told = await read(admin, "certificate")
    assert told["names"] == ["localhost", "127.0.0.1", "::1"]
    assert told["problem"] == "It expires soon."
    assert told["isOwn"] is True


async def test_stores_say_whether_they_trust(admin: Client) -> None:
    """And whether a browser must be restarted."""
    assert await read(admin, "trust") == [
        {
            "store": "Firefox",
            "state": "trusted",
            "needsBrowserRestart": True,
            "problem": None,
        }
    ]


@pytest.mark.parametrize(
    "path",
    ["log", "folders", "settings", "access", "certificate", "trust"],
)
async def test_the_rest_wants_the_token(client: Client, path: str) -> None:
    """401 for everything that is not everybody's business."""
    assert (await client.get(f"{API}/{path}")).status == 401
