"""Judges of the home's folders, rights, dumps and logs."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.files import (
    FOLDERS,
    Dump,
    DumpNoImage,
    Folders,
    Log,
    LogNoSecrets,
    Private,
)
from scanwright_conformance.transcript import Entry, Fact

TEXT = {"is_text": True, "longest_word": 9, "contains": [], "bits_per_byte": 4.0}


def folder(path: str, mode: str = "0700") -> dict[str, Any]:
    """Return a folder of a listing."""
    return {"path": path, "kind": "folder", "mode": mode, "size": 40}


def file(path: str, mode: str = "0600", size: int = 9, **form: Any) -> dict[str, Any]:
    """Return a file of a listing, of text unless `form` says something else."""
    form = {**TEXT, **form}
    return {"path": path, "kind": "file", "mode": mode, "size": size, "form": form}


HOME = [folder("."), *(folder(name) for name in FOLDERS)]


def test_the_published_folders_are_there() -> None:
    """All of them, as folders."""
    assert judged(Folders, Fact("home", HOME)).is_met
    assert not judged(Folders, Fact("home", HOME[:-1])).is_met
    assert not judged(Folders, Fact("home", [*HOME[:-1], file("storage")])).is_met


def private(*entries: dict[str, Any]) -> bool:
    """Judge a home with these entries; `cert/own.pem` has a key in it."""
    facts = Fact("keys", ["cert/own.pem"]), Fact("home", [*HOME, *entries])
    return judged(Private, *facts).is_met


def test_a_home_is_private() -> None:
    """A certificate, and a file for people, may be open to others."""
    open_files = (file("cert/ca.pem", "0644"), file("DSConfiguration.ini", "0644"))
    assert private(*open_files, file("cert/own.pem"), file("log/service.log"))


@pytest.mark.parametrize(
    "entry",
    [
        folder("storage/one", "0750"),
        file("cert/own.pem", "0640"),
        file("log/service.log", "0644"),
        file("cache/1.page", "0604"),
        file("dump/main.txt", "0644"),
    ],
    ids=lambda entry: str(entry["path"]),
)
def test_a_home_that_is_open_somewhere_fails(entry: dict[str, Any]) -> None:
    """Folders, keys, and files of pages, logs and dumps."""
    assert not private(entry)


def test_a_crash_leaves_a_dump() -> None:
    """A file that was not there before, and is not empty."""
    before = Fact("before", [folder("dump"), file("dump/old.txt")])
    for entries, is_met in (
        ([file("dump/old.txt"), file("dump/new.txt")], True),
        ([file("dump/old.txt", size=99)], False),
        ([file("dump/old.txt"), file("dump/new.txt", size=0)], False),
    ):
        assert judged(Dump, before, Fact("seen", entries)).is_met is is_met


@pytest.mark.parametrize(
    ("form", "is_met"),
    [
        ({}, True),
        ({"is_text": False}, False),
        ({"contains": ["PNG"]}, False),
        ({"longest_word": 9000}, False),
    ],
    ids=["text", "binary", "a picture", "base64"],
)
def test_a_dump_is_text_alone(form: dict[str, Any], *, is_met: bool) -> None:
    """Nothing in it could be a picture."""
    seen = judged(DumpNoImage, Fact("after", [folder("dump"), file("dump/a", **form)]))
    assert seen.is_met is is_met


def test_a_dump_too_large_to_be_read_is_no_text() -> None:
    """A core has everything in it."""
    core = {"path": "dump/core", "kind": "file", "mode": "0600", "size": 10**9}
    assert not judged(DumpNoImage, Fact("after", [core])).is_met


def log(size: int, **form: Any) -> list[Entry]:
    """Return the log before and after a start, after which it has `size`."""
    after = [folder("log"), file("log/service.log", size=size, **form)]
    return [Fact("stopped", [file("log/service.log", size=9)]), Fact("after", after)]


def test_a_log_grows_with_each_start() -> None:
    """It is text, and longer than before."""
    assert judged(Log, *log(99)).is_met
    assert not judged(Log, *log(9)).is_met
    assert not judged(Log, *log(99, is_text=False)).is_met


def test_a_log_has_no_secrets() -> None:
    """The key is in no file, and there is a file in which it could be."""
    level = answered("verbose", json={"logLevel": 30})
    files = Fact("log", [folder("log"), file("log/service.log")])
    assert judged(LogNoSecrets, level, files, Fact("found in", [])).is_met
    found = Fact("found in", ["log/service.log"])
    assert not judged(LogNoSecrets, level, files, found).is_met
    empty = Fact("log", [folder("log")])
    assert not judged(LogNoSecrets, level, empty, Fact("found in", [])).is_met
