"""The manager as a whole: its token, its table, and its own origins."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright.protocol.origins import OriginPolicy


def test_the_token_is_made_at_the_start(world: Any) -> None:
    """And kept by the next one, so that a restart signs nobody out."""
    world.manager()
    token = world.token
    world.manager()
    assert world.token == token != ""


async def test_without_a_token_the_service_goes_on(
    world: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A disk that cannot take it keeps people from signing in, and nobody else."""
    (world.home.folder / "admin_token").mkdir()
    with caplog.at_level("WARNING", "scanwright"):
        async with world.client() as client:
            assert (await client.get("/parts")).status == 200
            assert (await client.get("/admin/parts")).status == 401
    assert "Nobody can sign in" in caplog.text


def test_no_rest_interface_is_here(world: Any) -> None:
    """That is the core's: below /admin/api/ is the administration alone."""
    paths = world.manager().endpoints()
    assert not [path for path in paths if path.startswith(("/api", "/DWTAPI"))]


def test_the_managers_own_pages_may_always_call(world: Any) -> None:
    """An allow list that forgets them does not lock the administrator out."""
    world.set(
        policy=OriginPolicy(frozenset({"https://a.example"})),
        domains={"Box.Example": None},
    )
    policy = world.manager().origins()
    assert policy.allows("https://box.example:18626")
    assert policy.allows("http://127.0.0.1:18625")
    assert policy.allows("https://localhost:18626")
    assert policy.allows("https://a.example")
    assert not policy.allows("http://127.0.0.1:18622")


def test_no_allow_list_stays_none(world: Any) -> None:
    """Every origin stays every origin."""
    assert world.manager().origins().allowed is None
