"""The file: what goes in comes out, and nothing else is let in."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Awaitable, Callable, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanwright_conformance.assignment import Assignment
from scanwright_conformance.bundle import file
from scanwright_conformance.bundle.archive import pack
from scanwright_conformance.bundle.contents import contents_of
from scanwright_conformance.bundle.file import (
    BundleError,
    Recorder,
    bundle_in,
    read_bundle,
    write_bundle,
)
from scanwright_conformance.bundle.manifest import (
    MANIFEST,
    Manifest,
    encode_manifest,
)
from scanwright_conformance.bundle.seal import COMMENT_SIZE, sealed
from scanwright_conformance.bundle.verification import verification
from scanwright_conformance.canned import answered
from scanwright_conformance.certification import certify_target
from scanwright_conformance.check import RegisteredCheck
from scanwright_conformance.events import Event, tell
from scanwright_conformance.results import Result
from scanwright_conformance.transcript import Fact
from scanwright_conformance.verdict import RollUp
from scanwright_spec import Clause

Events = tuple[Event, ...]
Write = Callable[[Events], Path]


def refused(data: bytes, words: str = ".") -> None:
    """Assert that `data` is refused, with `words` in the reason."""
    with pytest.raises(BundleError, match=words):
        bundle_in(data)


def signed(members: dict[str, bytes], key: Ed25519PrivateKey) -> bytes:
    """Return a zip of any members with a signature that fits."""
    return sealed(pack(members, comment_size=COMMENT_SIZE), key)


def test_a_bundle_is_read_as_it_was_written(passing: Events, write: Write) -> None:
    """The run, what the manifest says, and whose key it was."""
    bundle = read_bundle(write(passing))
    assert bundle.events == passing
    assert bundle.run.roll_up is bundle.manifest.roll_up is RollUp.SELECTION
    assert bundle.origin.key_id == bundle.seal.key_id


def test_equal_runs_give_equal_bytes(passing: Events, write: Write) -> None:
    """A bundle depends on the run and the key alone."""
    assert write(passing).read_bytes() == write(passing).read_bytes()


def test_a_bundle_can_be_read_by_others(passing: Events, write: Write) -> None:
    """And nothing is left in the folder but it."""
    path = write(passing)
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    with zipfile.ZipFile(path) as found:
        assert found.testzip() is None
        assert found.namelist()[:2] == ["manifest.json", "README.txt"]


@pytest.mark.slow
def test_a_change_of_any_byte_is_refused(passing: Events, write: Write) -> None:
    """At every place of the file, its structures and its signature included."""
    data = bytearray(write(passing).read_bytes())
    for place in range(len(data)):
        bit = 1 << place % 8
        data[place] ^= bit
        refused(bytes(data))
        data[place] ^= bit
    bundle_in(bytes(data))


@pytest.mark.slow
def test_a_bundle_that_is_cut_off_is_refused(passing: Events, write: Write) -> None:
    """Wherever that is."""
    data = write(passing).read_bytes()
    for size in range(0, len(data), 7):
        refused(data[:size])


def test_bytes_before_and_behind_are_refused(passing: Events, write: Write) -> None:
    """Zip programs would not mind either."""
    data = write(passing).read_bytes()
    refused(data + b"\n")
    refused(b"PK" + data)
    refused(b"\x00" + data, "no zip")


def test_a_zip_that_was_packed_anew_is_refused(passing: Events, write: Write) -> None:
    """The same members, and even the same comment, have another signature."""
    path = write(passing)
    again = BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(again, "w") as new:
        for info in old.infolist():
            new.writestr(info, old.read(info))
        new.comment = old.comment
    refused(again.getvalue(), "does not fit")


def test_swapped_members_are_refused(
    passing: Events,
    failing: Events,
    key: Ed25519PrivateKey,
) -> None:
    """Whoever signs: events of another run are not those of the manifest."""
    members = contents_of(passing)
    members["events.ndjson"] = contents_of(failing)["events.ndjson"]
    refused(signed(members, key), "not the one that the manifest is about")


def test_the_manifest_and_the_events_must_be_there(
    passing: Events,
    key: Ed25519PrivateKey,
) -> None:
    """Without one of them it is no bundle, whoever signed it."""
    members = contents_of(passing)
    refused(signed({"a": b""}, key), "no manifest.json")
    refused(signed({MANIFEST: b"[1]"}, key), "no object")
    refused(signed({MANIFEST: b"{"}, key), "no JSON")
    del members["events.ndjson"]
    refused(signed(members, key), "events.ndjson is in the manifest")


@pytest.mark.parametrize("text", [b"", b"nonsense\n", b'{"event": "began"}', b"\xff"])
def test_events_that_are_none_are_refused(
    passing: Events,
    key: Ed25519PrivateKey,
    text: bytes,
) -> None:
    """The manifest may fit all the same."""
    manifest = bundle_in(signed(contents_of(passing), key)).manifest
    refused(with_manifest(manifest, {"events.ndjson": text}, key), "be understood")
    refused(with_manifest(manifest, {"other": text}, key), "no events.ndjson")


@pytest.mark.parametrize("depth", [200, 500, 100_000])
def test_events_that_are_nested_too_deeply_are_refused(
    made: Callable[..., Events],
    tried: Callable[..., Result],
    key: Ed25519PrivateKey,
    depth: int,
) -> None:
    """Also those that could just be read, and not be compared."""
    settings = answered("settings", json={"logLevel": 0})
    members = contents_of(made(tried("SERVER-settings", settings, Fact("x", "deep"))))
    manifest = bundle_in(signed(members, key)).manifest
    deep = b'[{"a":' * (depth // 2) + b"0" + b"}]" * (depth // 2)
    events = members["events.ndjson"].replace(b'"deep"', deep)
    assert deep in events
    refused(with_manifest(manifest, {"events.ndjson": events}, key), "be understood")


def with_manifest(
    manifest: Manifest,
    members: dict[str, bytes],
    key: Ed25519PrivateKey,
) -> bytes:
    """Return a signed bundle whose manifest is about exactly these members."""
    text = json.dumps(encode_manifest(manifest, members)).encode()
    return signed({MANIFEST: text, **members}, key)


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody needs so much memory for evidence."""
    monkeypatch.setattr(file, "FILE_LIMIT", 3)
    path = tmp_path / "large.zip"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(BundleError, match="larger than"):
        read_bundle(path)


def test_a_bundle_is_written_whole_or_not_at_all(
    passing: Events,
    key: Ed25519PrivateKey,
    tmp_path: Path,
) -> None:
    """Where the name is taken by a folder nothing is left behind."""
    (tmp_path / "taken.zip").mkdir()
    with pytest.raises(OSError, match=r"taken\.zip"):
        write_bundle(passing, tmp_path / "taken.zip", key)
    assert [each.name for each in tmp_path.iterdir()] == ["taken.zip"]


def test_a_recorder_keeps_what_it_hears(passing: Events) -> None:
    """All events, in their order."""
    recorder = Recorder()
    for event in passing:
        tell([recorder], event)
    assert recorder.events == passing


KEY = "t0123-licence"
WORD = "open-sesame"
TOKEN = "ticket-4711"  # noqa: S105 - it is to be looked for
INNER = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"
SECRETS = (KEY, WORD, TOKEN, INNER)

DESCRIPTION = """\
[target]
api = "{api}"
[capabilities]
has = ["licence", "scanner"]
[licence]
key = "{key}"
"""


async def talkative(request: web.Request) -> web.StreamResponse:
    """Answer with all that is secret, and with what was asked."""
    pem = f"-----BEGIN PRIVATE KEY-----\n{INNER}\n-----END PRIVATE KEY-----"
    answer: object = {
        "logLevel": KEY,
        "headers": dict(request.headers),
        "body": await request.text(),
        "token": TOKEN,
        "file": pem,
    }
    if request.path == "/api/device/scanners":
        answer = [{"name": "One", "type": 512, "device": '{"name":"One"}'}]
    cookie = {"Set-Cookie": f"session={TOKEN}; HttpOnly"}
    return web.json_response(answer, status=403, headers=cookie)


@pytest.mark.slow
async def test_nothing_secret_is_in_a_bundle(
    serve: Callable[..., Awaitable[str]],
    key: Ed25519PrivateKey,
    checks: Mapping[str, RegisteredCheck],
    clauses: tuple[Clause, ...],
    tmp_path: Path,
) -> None:
    """Whatever a target knows and says; and no verdict is another for it."""
    url = await serve(talkative)
    api = url.replace("http://", f"http://anna:{WORD}@")
    description, path = tmp_path / "target.toml", tmp_path / "evidence.zip"
    description.write_text(DESCRIPTION.format(api=api, key=KEY))
    only = ("SERVER-settings", "HTTP-licence-strict", "HTTP-licence-header-names")
    recorder = Recorder()
    await certify_target(Assignment(str(description), only=only), recorder)
    write_bundle(recorder.events, path, key, secrets=[KEY])
    bundle = read_bundle(path)
    # bodies lie in base64 in the members, and as bytes in the events
    for text in (
        str(bundle.events),
        *(each.decode() for each in bundle.members.values()),
    ):
        assert [secret for secret in SECRETS if secret in text] == []
    assert "[redacted]" in str(bundle.events)
    found = verification(
        bundle,
        suite_version=bundle.run.suite_version,
        clauses=clauses,
        checks=checks,
    )
    assert [str(difference) for difference in found.differences] == []
    assert found.conversations >= len(only)
