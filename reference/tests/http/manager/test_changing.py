"""What can be changed, and what is refused without having had an effect."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient

from scanwright.protocol.access import Access, Consent
from scanwright.protocol.origins import OriginPolicy

Client = TestClient[Any, Any]

API = "/admin/api"
ORIGINS = "Access-Control-Allow-Origin"
APP = "https://app.example"


async def told(answer: Any) -> tuple[int, str]:
    """Return the status of an answer and its sentence."""
    return answer.status, (await answer.json())["message"]


async def test_a_setting_is_changed(admin: Client, world: Any) -> None:
    """And the answer says that it counts now."""
    answer = await admin.patch(
        f"{API}/settings", json={"key": "LogLevel", "value": "14"}
    )
    assert await told(answer) == (200, "LogLevel is saved, and counts now.")
    assert world.configuration.changes == {"LogLevel": "14"}


@pytest.mark.parametrize("key", ["Server", "server"])
async def test_a_restart_is_named(admin: Client, key: str) -> None:
    """Where one is needed, however the key is spelt."""
    answer = await admin.patch(f"{API}/settings", json={"key": key, "value": "::"})
    assert "after a restart" in (await told(answer))[1]


async def test_without_a_value_a_setting_is_taken_back(
    admin: Client,
    world: Any,
) -> None:
    """What lies below counts again."""
    await admin.patch(f"{API}/settings", json={"key": "Server"})
    assert world.configuration.changes == {"Server": None}


@pytest.mark.parametrize("body", [{}, {"value": "1"}, {"key": "Port", "value": 1}])
async def test_a_change_without_a_key_is_refused(admin: Client, body: Any) -> None:
    """400 names the member."""
    assert (await admin.patch(f"{API}/settings", json=body)).status == 400


async def test_a_wrong_value_is_refused_in_words(admin: Client) -> None:
    """Those of whoever knows the configuration."""
    body = {"key": "Server", "value": "nonsense"}
    answer = await admin.patch(f"{API}/settings", json=body)
    assert await told(answer) == (400, "Server must not be nonsense.")


async def test_origins_are_added_and_removed(admin: Client, world: Any) -> None:
    """One at a time, in the spelling that browsers use."""
    await admin.post(f"{API}/origins", json={"add": "HTTPS://App.Example/"})
    await admin.post(f"{API}/origins", json={"add": "https://b.example:8443"})
    assert world.configuration.changes[ORIGINS] == f"{APP}, https://b.example:8443"
    await admin.post(f"{API}/origins", json={"remove": "https://b.example:8443"})
    assert world.configuration.changes[ORIGINS] == APP


async def test_the_last_origin_stays(admin: Client, world: Any) -> None:
    """Removing it would let every page in, which nobody has asked for."""
    world.set(policy=OriginPolicy(frozenset({APP})))
    answer = await admin.post(f"{API}/origins", json={"remove": APP})
    assert (await told(answer))[0] == 400
    assert world.configuration.changes == {}


@pytest.mark.parametrize("body", [{}, {"add": "app.example"}])
async def test_what_is_no_origin_is_refused(admin: Client, body: Any) -> None:
    """400 says how one is written."""
    assert (await admin.post(f"{API}/origins", json=body)).status == 400


@pytest.mark.parametrize(
    ("answer", "consent"),
    [
        ("allow", Consent.ALLOWED),
        ("once", Consent.ALLOWED),
        ("deny", Consent.DENIED),
        ("forget", Consent.PENDING),
    ],
)
async def test_a_page_is_answered_without_web_setup(
    admin: Client,
    world: Any,
    answer: str,
    consent: Consent,
) -> None:
    """A question that nobody may answer would be none."""
    world.set(is_web_setup_enabled=False)
    world.consents.check(APP, Access.SCANNER)
    body = {"origin": APP, "access": "scanner", "answer": answer}
    assert (await admin.put(f"{API}/access", json=body)).status == 200
    assert world.consents.check(APP, Access.SCANNER) is consent


@pytest.mark.parametrize(
    "change",
    [{"origin": "app"}, {"access": "printer"}, {"answer": "yes"}, {"origin": None}],
)
async def test_half_an_answer_is_refused(
    admin: Client,
    world: Any,
    change: dict[str, str | None],
) -> None:
    """400, and nobody gets in."""
    body = {"origin": APP, "access": "scanner", "answer": "allow", **change}
    given = {name: value for name, value in body.items() if value is not None}
    assert (await admin.put(f"{API}/access", json=given)).status == 400
    assert world.consents.entries() == []


async def test_a_pair_is_uploaded(admin: Client, world: Any) -> None:
    """As a form of two files, or as JSON."""
    form = FormData()
    form.add_field("certificate", b"C", filename="c.pem")
    form.add_field("key", b"K", filename="k.pem")
    assert (await admin.put(f"{API}/certificate", data=form)).status == 200
    body = {"certificate": "C", "key": "K"}
    assert (await admin.put(f"{API}/certificate", json=body)).status == 200
    assert world.identity.done == [(b"C", b"K")] * 2


async def test_a_pair_that_is_refused_is_refused_in_words(admin: Client) -> None:
    """The reason reaches whoever uploads it."""
    body = {"certificate": "C", "key": "other"}
    answer = await admin.put(f"{API}/certificate", json=body)
    assert await told(answer) == (400, "The key does not belong to the certificate.")


@pytest.mark.parametrize("what", ["renew", "restore"])
async def test_our_own_certificate(admin: Client, world: Any, what: str) -> None:
    """It can be renewed, and come back."""
    assert (await admin.post(f"{API}/certificate/{what}")).status == 200
    assert world.identity.done == [what]
