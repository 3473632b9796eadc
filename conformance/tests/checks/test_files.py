"""Judges of the home's folders, dumps and logs."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.files import (
    FOLDERS,
    LONGEST_WORD,
    Dump,
    DumpNoImage,
    Folders,
    Log,
    LogNoSecrets,
    files_in,
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


NEWER = [file("dump/old.txt"), file("dump/new.txt"), file("dump/newer.txt")]


def crashes(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> list[Entry]:
    """Return what was in the dumps before and after two crashes."""
    return [
        Fact("before first", [folder("dump"), file("dump/old.txt")]),
        Fact("first seen", first),
        Fact("before second", first),
        Fact("second seen", second),
    ]


def test_a_crash_leaves_a_dump() -> None:
    """A file that was not there before, and is not empty."""
    for entries, is_met in (
        ([file("dump/old.txt"), file("dump/new.txt")], True),
        ([file("dump/old.txt", size=99)], False),
        ([file("dump/old.txt"), file("dump/new.txt", size=0)], False),
    ):
        assert judged(Dump, *crashes(entries, NEWER)).is_met is is_met


def test_the_next_crash_leaves_another_dump() -> None:
    """It does not take the place of the one before."""
    once = [file("dump/old.txt"), file("dump/new.txt")]
    seen = judged(Dump, *crashes(once, once))
    assert (seen.is_met, seen.labels) == (False, ("second seen",))


@pytest.mark.parametrize(
    ("form", "is_met"),
    [
        ({}, True),
        ({"is_text": False}, False),
        ({"contains": ["PNG"]}, False),
        ({"longest_word": LONGEST_WORD}, True),
        ({"longest_word": 9000}, False),
    ],
    ids=["text", "binary", "a picture", "a long path", "base64"],
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


def test_one_log_of_several_grows_with_each_start() -> None:
    """What kind of files the others are, and whether they grow, is no matter."""
    idle, data = file("log/a.log"), file("log/b.db", size=99, is_text=False)
    large = {"path": "log/c.log", "kind": "file", "mode": "0600", "size": 10**9}
    stopped = Fact("stopped", [idle, data, file("log/d.log")])
    others = [idle, {**data, "size": 100}, large]
    grown = Fact("after", [*others, file("log/d.log", size=10)])
    assert judged(Log, stopped, grown).is_met
    assert not judged(Log, stopped, Fact("after", others)).is_met


@pytest.mark.parametrize(("size", "is_met"), [(1, True), (0, False)])
def test_a_start_may_begin_a_new_log(size: int, *, is_met: bool) -> None:
    """It has grown when there is anything in it, be it an empty line."""
    after = Fact("after", [folder("log"), file("log/new.log", size=size)])
    assert judged(Log, Fact("stopped", [folder("log")]), after).is_met is is_met


def test_a_log_has_no_secrets() -> None:
    """The key is in no file, and there is a file in which it could be."""
    level = answered("verbose", json={"logLevel": 30})
    files = Fact("log", [folder("log"), file("log/service.log")])
    assert judged(LogNoSecrets, level, files, Fact("found in", [])).is_met
    found = Fact("found in", ["log/service.log"])
    assert not judged(LogNoSecrets, level, files, found).is_met
    empty = Fact("log", [folder("log")])
    assert not judged(LogNoSecrets, level, empty, Fact("found in", [])).is_met


def test_a_log_that_never_was_verbose_shows_nothing() -> None:
    """At no level means at the most talkative one, too."""
    refused = answered("verbose", 400)
    files = Fact("log", [folder("log"), file("log/service.log")])
    seen = judged(LogNoSecrets, refused, files, Fact("found in", []))
    assert (seen.is_met, seen.labels) == (False, ("verbose",))


def test_only_files_below_a_folder_are_in_it() -> None:
    """Folders are no files, and other folders have others."""
    entries = [folder("log"), folder("log/old"), file("log/old/a"), file("cert/b")]
    assert list(files_in(entries, "log/")) == ["log/old/a"]
