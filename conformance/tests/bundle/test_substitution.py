"""What a service gave then is replaced by what it gives today, and nothing else is."""

from __future__ import annotations

import json
from dataclasses import replace

from scanwright_conformance.bundle.substitution import (
    Substitution,
    devices_of_today,
    given_by,
    ids_in,
    places_of_today,
)
from scanwright_conformance.canned import answered
from scanwright_conformance.target import Device
from scanwright_conformance.transcript import Answer, Exchange, Request, Transcript

JOBS = "/api/device/scanners/jobs"


def answer_of(exchange: Exchange) -> Answer:
    """Return the answer that is there."""
    assert exchange.answer is not None
    return exchange.answer


def learned(then: str, now: str) -> Substitution:
    """Return a substitution that saw a job being created."""
    substitution = Substitution({})
    substitution.learn(
        answered("create", 201, json={"jobuid": then, "status": "pending"}),
        answered("create", 201, json={"jobuid": now, "status": "running"}),
    )
    return substitution


def test_ids_of_answers_replace_those_of_then() -> None:
    """In paths, headers and bodies; states of jobs are no ids."""
    request = Request(
        "PATCH",
        f"http://h:1{JOBS}/old-job-7?uid=old-job-7",
        (("X-Job", "old-job-7"),),
        b'{"status": "pending", "job": "old-job-7"}',
    )
    found = learned("old-job-7", "new-job-12").applied(request)
    assert found.url == f"http://h:1{JOBS}/new-job-12?uid=new-job-12"
    assert found.headers == (("X-Job", "new-job-12"),)
    assert found.body == b'{"status": "pending", "job": "new-job-12"}'


def test_an_id_within_a_longer_word_stays() -> None:
    """Another job may have a name that begins the same."""
    request = Request("GET", f"http://h:1{JOBS}/old-job-70")
    assert learned("old-job-7", "new").applied(request) == request


def test_a_short_id_is_replaced_in_paths_alone() -> None:
    """A job called 1 has nothing to do with one page, nor with port 1."""
    body = b'{"XferCount": 1}'
    request = Request("PATCH", f"http://h:1{JOBS}/1/pages", body=body)
    found = learned("1", "2").applied(request)
    assert (found.url, found.body) == (f"http://h:1{JOBS}/2/pages", body)


def test_exact_bytes_keep_a_right_length_right() -> None:
    """And a wrong one wrong: it was sent for a reason."""
    raw = b'POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n{"id":"old-job-7"}'
    substitution = learned("old-job-7", "new-job-12")
    right, wrong = (
        substitution.applied(Request("POST", "http://h:1", raw=raw % length)).raw
        for length in (18, 99)
    )
    assert right is not None
    assert wrong is not None
    assert right.endswith(b'Content-Length: 19\r\n\r\n{"id":"new-job-12"}')
    assert b"Content-Length: 99\r\n" in wrong


def test_bytes_that_are_no_text_stay() -> None:
    """A picture that is uploaded is the same afterwards."""
    request = Request("POST", "http://h:1/", body=bytes(range(256)))
    assert learned("old-job-7", "new").applied(request) == request


def test_ids_are_found_where_services_give_them() -> None:
    """Members by their name, a Location, and the bare id of generation 1."""
    created = answered(
        "x",
        201,
        json={"jobuid": "a", "scanner": [{"device": "b", "name": "c"}], "docId": 5},
        headers={"Location": "/jobs/d?x=1"},
    )
    assert ids_in(answer_of(created)) == {
        "Location": "d",
        "json.jobuid": "a",
        "json.scanner.0.device": "b",
    }
    assert ids_in(answer_of(answered("x", 201, body=b" e \n"))) == {"text": "e"}
    assert ids_in(answer_of(answered("x", 201, body=b"<html> x"))) == {}
    assert ids_in(answer_of(answered("x", 200, body=b"text"))) == {}


def test_nothing_is_learned_without_answers() -> None:
    """Neither of then nor of today."""
    substitution = Substitution({})
    created = answered("create", 201, json={"jobuid": "old-job-7"})
    substitution.learn(created, replace(created, answer=None))
    substitution.learn(replace(created, answer=None), created)
    request = Request("GET", "http://h:1/old-job-7")
    assert substitution.applied(request) == request


def test_addresses_are_replaced_in_all_their_names() -> None:
    """A Host header may call the machine otherwise than the address does."""
    words = places_of_today(
        {"api": "http://127.0.0.1:40001", "manager": "http://127.0.0.1:40002"},
        {"api": "http://10.0.0.7:18622"},
    )
    request = Request(
        "GET",
        "http://127.0.0.1:40001/api/server",
        (("Host", "localhost:40001"), ("Origin", "http://127.0.0.1:40002")),
    )
    found = Substitution(words).applied(request)
    assert found.url == "http://10.0.0.7:18622/api/server"
    assert found.headers == (
        ("Host", "localhost:18622"),
        ("Origin", "http://127.0.0.1:40002"),
    )


def test_scanners_are_found_by_their_role() -> None:
    """The string that a job names one by is of today; its name may be in base64."""
    asked = '{"name":"VmlydHVhbCBPbmU=","address":"http://127.0.0.1:5/eSCL"}'
    body = json.dumps({"device": asked}).encode()
    create = Exchange("create", Request("POST", f"http://h:1{JOBS}", body=body), None)
    others = [
        Exchange("list", Request("POST", "http://h:1", body=b"[1]"), None),
        Exchange("odd", Request("POST", "http://h:1", body=b'{"device": 5}'), None),
        Exchange("none", Request("GET", "http://h:1"), None),
    ]
    today = {"scanner": Device("Other", 512, '{"name":"T3RoZXI="}')}
    then = {"scanner": "Virtual One", "second": "Virtual Two"}
    words = devices_of_today(Transcript((create, *others)), then, today)
    assert words == {asked: '{"name":"T3RoZXI="}'}
    found = Substitution(words).applied(create.request)
    assert json.loads(found.body) == {"device": '{"name":"T3RoZXI="}'}


def test_who_gave_an_id_is_known() -> None:
    """So that one can be told to ask for it anew."""
    create = answered("create", 201, json={"jobuid": "old-job-7"})
    start = Exchange("start", Request("GET", f"http://h:1{JOBS}/old-job-7"), None)
    transcript = Transcript((create, start))
    assert given_by(transcript, start) == "create"
    assert given_by(transcript, create) == ""
