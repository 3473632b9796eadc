"""`scanwright replay`: one question again, and both answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

import scanwright_spec
from scanwright_conformance.bundle.replay_command import replay
from scanwright_conformance.canned import answered
from scanwright_conformance.events import Began, Event
from scanwright_conformance.results import Result
from scanwright_conformance.transcript import Exchange, Fact, Request
from scanwright_conformance.verdict import Verdict

Events = tuple[Event, ...]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Made = Callable[..., Events]
Serve = Callable[[Handler], Awaitable[str]]
Tried = Callable[..., Result]
Write = Callable[[Events], Path]
Output = pytest.CaptureFixture[str]

SETTINGS = "SERVER-settings"
NOBODY = "http://127.0.0.1:9"


async def settings(_request: web.Request) -> web.StreamResponse:
    """Answer as a service should."""
    return web.json_response({"logLevel": 30})


async def ran(*argv: str | Path) -> int:
    """Run the command, which has an event loop of its own, beside the server."""
    return await asyncio.to_thread(replay, [str(word) for word in argv])


def with_request(exchange: Exchange, request: Request) -> Exchange:
    """Return the exchange with what was asked."""
    return replace(exchange, request=request)


async def test_what_the_judgement_names_is_repeated(
    failing: Events,
    write: Write,
    serve: Serve,
    capsys: Output,
) -> None:
    """The service of today answers in the same shape."""
    url = await serve(settings)
    assert await ran(write(failing), SETTINGS.lower(), "--target", url) == 0
    said = capsys.readouterr().out
    assert "~ member logLevel: 7 -> 30" in said
    assert "the answers agree in status and shape; " in said
    assert f"$ curl -i {url}/settings" in said


async def test_another_answer_differs(
    failing: Events,
    write: Write,
    serve: Serve,
    capsys: Output,
) -> None:
    """In words and as JSON."""

    async def gone(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=410)

    url = await serve(gone)
    assert await ran(write(failing), SETTINGS, "--target", url, "--json") == 1
    (exchange,) = json.loads(capsys.readouterr().out)["exchanges"]
    assert (exchange["recorded"]["status"], exchange["live"]["status"]) == (200, 410)
    grave = [each["what"] for each in exchange["deviations"] if each["is_grave"]]
    assert grave == ["status", "body"]


async def test_when_nobody_answers_that_is_said(
    failing: Events,
    write: Write,
    capsys: Output,
) -> None:
    """It is no disagreement."""
    assert await ran(write(failing), SETTINGS, "--target", NOBODY) == 3
    assert "nobody answers there" in capsys.readouterr().err


def test_labels_can_be_listed(failing: Events, write: Write, capsys: Output) -> None:
    """Those that the judgement names have a star."""
    assert replay([str(write(failing)), SETTINGS, "--list"]) == 0
    assert "* settings                 GET http" in capsys.readouterr().out


@pytest.fixture
def licensed(made: Made, tried: Tried, write: Write) -> Path:
    """Write a bundle of requests with a licence key and with a token."""
    settings = answered("settings", json={"logLevel": 0})
    keyed = Request("GET", "http://127.0.0.1:18622/x", (("DWT-PRODUCT-KEY", "t0123"),))
    admin = Request("GET", "http://127.0.0.1:18622/x", (("Authorization", "b"),))
    return write(
        made(
            tried(
                SETTINGS,
                settings,
                with_request(answered("keyed", json={"logLevel": 0}), keyed),
                with_request(answered("admin", json={"logLevel": 0}), admin),
                Fact("fact", 1),
            )
        )
    )


async def test_secrets_must_be_given(
    licensed: Path,
    serve: Serve,
    capsys: Output,
) -> None:
    """The option for each is named; with them it works."""
    words = (licensed, SETTINGS, "--target", await serve(settings), "--label")
    assert await ran(*words, "keyed") == 3
    assert "give it with --licence KEY" in capsys.readouterr().err
    assert await ran(*words, "keyed", "--licence", "t0123") == 0
    assert "t0123" not in capsys.readouterr().out
    assert await ran(*words, "admin") == 3
    assert "--secret 'Authorization=VALUE'" in capsys.readouterr().err
    assert await ran(*words, "admin", "--secret", "authorization=b") == 0
    assert await ran(*words, "admin", "--secret", "nonsense") == 3


async def test_what_there_is_is_named(
    licensed: Path,
    capsys: Output,
) -> None:
    """Whatever was asked for that there is not."""
    for words, hint in (
        (["SERVER-setings"], "is SERVER-settings meant?"),
        (["ZZZ"], "no clause 'ZZZ'"),
        ([SETTINGS, "--label", "fact"], "there are settings, keyed, admin"),
        ([SETTINGS, "--all", "--target", "none.toml"], "none.toml: No such file"),
        ([SETTINGS, "--all", "--target", "http://:1"], "'http://:1' is no address"),
    ):
        assert await ran(licensed, *words) == 3
        assert hint in capsys.readouterr().err


async def test_where_the_judgement_names_nothing_all_is_repeated(
    made: Made, tried: Tried, write: Write, serve: Serve, capsys: Output
) -> None:
    """A clause that was met has a conversation, and no exchange that is to blame."""
    path = write(made(tried(SETTINGS, answered("settings", json={"logLevel": 30}))))
    assert await ran(path, SETTINGS, "--target", await serve(settings)) == 0
    assert "GET http://127.0.0.1:" in capsys.readouterr().out


def test_a_clause_that_nobody_tried_has_nothing_to_repeat(
    failing: Events,
    write: Write,
    capsys: Output,
) -> None:
    """Why is said."""
    assert replay([str(write(failing)), "SERVER-log-level-scale", "--list"]) == 3
    assert "is BLOCKED: nothing was asked for it (SERVER-settings is FAIL)" in (
        capsys.readouterr().err
    )


async def test_what_an_answer_of_then_gave_is_pointed_out(
    made: Made,
    tried: Tried,
    write: Write,
    serve: Serve,
    capsys: Output,
) -> None:
    """The job of then is nowhere today."""
    create = answered("create", 201, json={"jobuid": "old-job-7"})
    status = with_request(
        answered("settings", json={"logLevel": 0}),
        Request("GET", "http://127.0.0.1:18622/jobs/old-job-7"),
    )
    path = write(made(tried(SETTINGS, create, status)))
    url = await serve(settings)
    assert await ran(path, SETTINGS, "--label", "settings", "--target", url) == 0
    assert "it uses what 'create' was answered then: --all asks" in (
        capsys.readouterr().out
    )


async def test_a_bundle_does_not_choose_who_gets_the_secrets(
    made: Made,
    tried: Tried,
    write: Write,
    capsys: Output,
) -> None:
    """Without --target only this computer is asked, and only ports that there are."""
    settings = tried(SETTINGS, answered("settings", json={"logLevel": 0}))
    (began, *rest) = made(settings)
    assert isinstance(began, Began)
    words = (SETTINGS, "--all", "--licence", "t0123", "--secret", "a=b")
    for addresses, hint in (
        ({"api": "http://192.0.2.1:18622"}, "say with --target who is to be asked"),
        ({"backdoor": NOBODY}, "a port 'backdoor', which no target has"),
    ):
        subject = replace(began.plan.subject, addresses=addresses)
        path = write((Began(replace(began.plan, subject=subject)), *rest))
        assert await ran(path, *words) == 3
        assert hint in capsys.readouterr().err


def test_a_damaged_bundle_repeats_nothing(tmp_path: Path, capsys: Output) -> None:
    """Who knows what it would ask."""
    path = tmp_path / "evidence.zip"
    path.write_bytes(b"PK")
    assert replay([str(path), SETTINGS]) == 3
    assert "is refused" in capsys.readouterr().err


def test_a_result_without_a_reason_says_its_verdict(
    made: Made,
    write: Write,
    capsys: Output,
) -> None:
    """There may be none."""
    clause = scanwright_spec.load().clause(SETTINGS)
    path = write(made(Result(clause, Verdict.NOT_RUN)))
    assert replay([str(path), SETTINGS]) == 3
    assert "is NOT-RUN: nothing was asked for it\n" in capsys.readouterr().err


def test_the_help_has_examples(capsys: Output) -> None:
    """And the exit statuses."""
    with pytest.raises(SystemExit):
        replay(["--help"])
    assert "scanwright replay evidence.zip JOBS-start --list" in capsys.readouterr().out
