"""Who gets in: this machine, its own pages, and of these who has shown the token."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, make_mocked_request

from scanwright.errors import AdminRefused
from scanwright.http.admin_token import Sessions
from scanwright.http.manager.guard import HEADER, Guard

Client = TestClient[Any, Any]

STATUS = "/admin/api/status"
LOG = "/admin/api/log"
SETTINGS = "/admin/api/settings"
SESSION = "/admin/api/session"

CHANGE = {"key": "LogLevel", "value": "14"}


async def refused(client: Client, path: str, **headers: str) -> tuple[int, int]:
    """Return status and code of a request."""
    answer = await client.get(path, headers={k: v for k, v in headers.items() if v})
    return answer.status, (await answer.json()).get("code", 0)


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/admin", "/admin/", "/parts", "/ca.pem", "/static/manager.js"),
        *(STATUS, LOG),
    ],
)
async def test_a_foreign_origin_is_refused(admin: Client, path: str) -> None:
    """403 / -2909 even with the token: no page but the manager's own."""
    foreign = "https://app.example"
    assert await refused(admin, path, Origin=foreign) == (403, -2909)
    assert await refused(admin, path, Origin="http://127.0.0.1:1") == (403, -2909)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", [LOG, "/ca.pem"])
async def test_another_page_is_refused(admin: Client, path: str, site: str) -> None:
    """A request that says it is another page's is believed."""
    answer = await admin.get(path, headers={"Sec-Fetch-Site": site})
    assert answer.status == 403


async def test_a_typed_address_reads_and_changes_nothing(admin: Client) -> None:
    """What no page has asked for may be looked at."""
    typed = {"Sec-Fetch-Site": "none"}
    assert (await admin.get(STATUS, headers=typed)).status == 200
    answer = await admin.patch(SETTINGS, json=CHANGE, headers=typed)
    assert answer.status == 403


async def test_a_link_leads_to_the_pages(client: Client) -> None:
    """Somebody may come from anywhere by a click."""
    for path in ("/", "/admin/"):
        answer = await client.get(path, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status == 200


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("192.0.2.7", False),
        ("fe80::1%eth0", False),
        ("", False),
    ],
)
def test_another_machine_is_refused(address: str, *, may: bool) -> None:
    """The manager stays on its machine wherever the service listens."""
    guard = Guard(Sessions(lambda: "T"), lambda: True)
    request = make_mocked_request("GET", "/", headers={"Host": "127.0.0.1"})
    request = request.clone(remote=address)
    if may:
        guard.require_machine(request)
    else:
        with pytest.raises(AdminRefused, match="own machine"):
            guard.require_machine(request)


async def test_reading_wants_the_token(client: Client, world: Any) -> None:
    """401 / -2911 without it, and with another one."""
    assert await refused(client, LOG) == (401, -2911)
    assert await refused(client, LOG, Authorization="Bearer x") == (401, -2911)
    good = f"Bearer {world.token}"
    assert (await client.get(LOG, headers={"Authorization": good})).status == 200


async def test_the_token_opens_a_session(client: Client, world: Any) -> None:
    """A cookie that no script reads and no foreign page sends, and a header."""
    answer = await client.post(SESSION, json={"token": world.token})
    header = (await answer.json())["header"]
    (cookie,) = answer.cookies.values()
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert not cookie["domain"]
    assert (await client.get(LOG, headers={HEADER: header})).status == 200
    assert (await client.get(LOG)).status == 401


async def test_a_ticket_opens_one_session(client: Client, world: Any) -> None:
    """What an address holds is good for once."""
    ticket = Sessions(lambda: world.token, clock=world.clock).ticket()
    assert (await client.post(SESSION, json={"token": ticket})).status == 200
    assert (await client.post(SESSION, json={"token": ticket})).status == 401


async def test_signing_out_takes_the_cookie(client: Client, world: Any) -> None:
    """The header alone opens nothing."""
    answer = await client.post(SESSION, json={"token": world.token})
    header = {HEADER: (await answer.json())["header"]}
    await client.delete(SESSION)
    assert (await client.get(LOG, headers=header)).status == 401


async def test_attempts_are_logged_without_the_token(
    client: Client,
    world: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Right and wrong ones, with where they came from."""
    with caplog.at_level("INFO", "scanwright"):
        assert (await client.post(SESSION, json={"token": "guess"})).status == 401
        await client.post(SESSION, json={"token": world.token})
    assert "a wrong token came from 127.0.0.1" in caplog.text
    assert "signed in from 127.0.0.1" in caplog.text
    assert "guess" not in caplog.text
    assert world.token not in caplog.text


async def test_changes_want_web_setup(admin: Client, world: Any) -> None:
    """403 / -2909 while it is off, with the command that switches it on."""
    world.set(is_web_setup_enabled=False)
    answer = await admin.patch(SETTINGS, json=CHANGE)
    told = await answer.json()
    assert (answer.status, told["code"]) == (403, -2909)
    assert "scanwright config set EnableWebSetup TRUE" in told["message"]
    assert world.configuration.changes == {}


async def test_a_change_wants_the_token(client: Client, world: Any) -> None:
    """Web setup lets nobody in who has not signed in."""
    assert (await client.patch(SETTINGS, json=CHANGE)).status == 401
    assert world.configuration.changes == {}


def test_each_port_has_its_cookie() -> None:
    """Two services of one machine do not sign each other out."""
    guard = Guard(Sessions(lambda: "T"), lambda: True)
    session = Sessions(lambda: "T").open()
    names = set()
    for host in ("127.0.0.1:18625", "127.0.0.1:18626"):
        answer = web.Response()
        request = make_mocked_request("GET", "/", headers={"Host": host})
        guard.set_cookie(request, answer, session)
        names |= set(answer.cookies)
    assert names == {"scanwright_admin_18625", "scanwright_admin_18626"}
