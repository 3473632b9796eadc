"""HTTP Archive: what the format demands is there, and what was recorded."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import Any

import jsonschema

from scanwright_conformance.bundle.har import har_of
from scanwright_conformance.canned import answered, unanswered
from scanwright_conformance.events import Began, Event
from scanwright_conformance.results import Result
from scanwright_conformance.transcript import Exchange, Fact, Request

Made = Callable[..., tuple[Event, ...]]
Tried = Callable[..., Result]

SETTINGS = "SERVER-settings"


def needing(*names: str, **known: Any) -> dict[str, Any]:
    """Return the schema of an object with these members."""
    return {"type": "object", "required": list(names), "properties": known}


PAIRS = {"type": "array", "items": needing("name", "value")}
NUMBER = {"type": "number", "minimum": 0}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00$"}
MESSAGE = ("httpVersion", "cookies", "headers", "headersSize", "bodySize")
# http://www.softwareishard.com/blog/har-12-spec/
SCHEMA = needing(
    "log",
    log=needing(
        "version",
        "creator",
        "entries",
        version={"const": "1.2"},
        creator=needing("name", "version"),
        pages={
            "type": "array",
            "items": needing("startedDateTime", "id", "title", "pageTimings"),
        },
        entries={
            "type": "array",
            "items": needing(
                "startedDateTime",
                "time",
                "request",
                "response",
                "cache",
                "timings",
                startedDateTime=MOMENT,
                time=NUMBER,
                request=needing(
                    "method",
                    "url",
                    "queryString",
                    *MESSAGE,
                    headers=PAIRS,
                    queryString=PAIRS,
                    postData=needing("mimeType", "text"),
                ),
                response=needing(
                    "status",
                    "statusText",
                    "content",
                    "redirectURL",
                    *MESSAGE,
                    status={"type": "integer"},
                    headers=PAIRS,
                    redirectURL={"type": "string"},
                    content=needing("size", "mimeType", size={"type": "integer"}),
                ),
                timings=needing("send", "wait", "receive"),
            ),
        },
    ),
)


def entries_of(made: Made, *results: Result) -> list[dict[str, Any]]:
    """Return the entries of a run, after a look at the whole archive."""
    began = made(*results)[0]
    assert isinstance(began, Began)
    archive = har_of(began.plan, results)
    jsonschema.validate(archive, SCHEMA)
    entries: list[dict[str, Any]] = archive["log"]["entries"]
    return entries


def test_every_exchange_is_there(made: Made, tried: Tried) -> None:
    """With its clause, its label and its time."""
    settings = answered("settings", json={"logLevel": 0}, started_s=1.5, seconds=0.25)
    result = tried(SETTINGS, settings, unanswered("gone"), Fact("fact", 1))
    first, second = entries_of(made, result)
    assert first["comment"] == "SERVER-settings: settings"
    assert first["startedDateTime"] == "2026-11-23T09:30:01.500+00:00"
    assert first["time"] == first["timings"]["wait"] == 250
    assert first["response"]["content"]["text"] == '{"logLevel": 0}'
    assert second["response"]["status"] == 0
    assert second["response"]["comment"] == "no answer within 10 s"


def test_exact_bytes_are_kept_beside_the_format(made: Made, tried: Tried) -> None:
    """No client would have sent them, so no field of the format can have them."""
    raw = b"GET /\xff HTTP/1.1\r\n\r\n"
    exchange = Exchange("raw", Request("GET", "http://h:1", raw=raw), None)
    (entry,) = entries_of(made, tried(SETTINGS, exchange))
    assert b64decode(entry["request"]["_raw"]) == raw


def test_bodies_that_are_no_text_are_encoded(made: Made, tried: Tried) -> None:
    """The format has base64 for them."""
    picture = answered(
        "page", body=b"\xff\xd8\xff", headers={"Content-Type": "image/x"}
    )
    (entry,) = entries_of(made, tried(SETTINGS, picture))
    content = entry["response"]["content"]
    assert (content["encoding"], content["text"]) == ("base64", "/9j/")
    assert content["mimeType"] == "image/x"


def test_requests_keep_what_they_carried(made: Made, tried: Tried) -> None:
    """Body, type and query; an address that cannot be read has no query."""
    headers = (("Content-Type", "application/json"),)
    posted = Request("POST", "http://h:1/?a=b&c=", headers, b"{}")
    odd = Request("GET", "http://[h/?a=b")
    result = tried(SETTINGS, Exchange("1", posted, None), Exchange("2", odd, None))
    first, second = (entry["request"] for entry in entries_of(made, result))
    assert first["postData"] == {"mimeType": "application/json", "text": "{}"}
    assert first["queryString"] == [
        {"name": "a", "value": "b"},
        {"name": "c", "value": ""},
    ]
    assert second["queryString"] == []


def test_a_conversation_that_several_judged_is_there_once(
    made: Made,
    tried: Tried,
) -> None:
    """Its page is named by all of them."""
    shared = answered("settings", json={"logLevel": 0})
    results = tried(SETTINGS, shared), tried("SERVER-version", shared)
    (entry,) = entries_of(made, *results)
    assert entry["comment"] == "SERVER-settings, SERVER-version: settings"


def test_a_status_that_nobody_knows_has_no_words(made: Made, tried: Tried) -> None:
    """A target may answer any number."""
    (entry,) = entries_of(made, tried(SETTINGS, answered("settings", 799)))
    assert (entry["response"]["status"], entry["response"]["statusText"]) == (799, "")
