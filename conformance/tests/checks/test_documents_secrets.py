"""Judges of the files of documents."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.documents_secrets import (
    DocumentsPrivate,
    Encrypted,
)
from scanwright_conformance.transcript import Entry, Fact


def is_met(check: type[Any], entries: dict[str, Entry], *others: Entry) -> bool:
    """Judge `entries`, with `others` in place of those with the same label."""
    return judged(check, *(entries | {e.label: e for e in others}).values()).is_met


def by_label(*entries: Entry) -> dict[str, Entry]:
    """Return entries by their labels."""
    return {each.label: each for each in entries}


def entry(path: str, **others: Any) -> dict[str, Any]:
    """Return a file of noise for the owner alone, or another one."""
    form = {"is_text": False, "contains": [], "bits_per_byte": 7.99}
    usual = {"kind": "file", "mode": "0600", "size": 9000, "form": form}
    return {"path": path, **usual, **others}


def form(*contains: str, bits: float = 7.99) -> dict[str, Any]:
    """Return what the bytes of a file are like."""
    return {"is_text": False, "contains": list(contains), "bits_per_byte": bits}


FOLDER = entry("storage", kind="folder", mode="0700", size=0)
LOG = entry("log/a.log", mode="0644", form=form("PNG", bits=4.0))
KNOWN = entry("known", mode="0644", form=form("PDF", bits=4.0))


def home(*entries: dict[str, Any]) -> Fact:
    """Return the home with files that are new."""
    return Fact("home after", [KNOWN, FOLDER, LOG, *entries])


FILES = by_label(
    *(answered(f"first {name} change") for name in ("open", "locked")),
    Fact("home before", [FOLDER, KNOWN]),
    home(entry("storage/1"), entry("storage/2", kind="folder", mode="0700")),
    Fact("found in", []),
)
JUST_ENOUGH = entry("storage/1", size=4096, form=form(bits=7.5))
SHORT = entry("storage/1", size=4095, form=form(bits=2.0))


@pytest.mark.parametrize(
    "wrong",
    [
        Fact("found in", ["log/a.log"]),
        home(entry("storage/1", form=form("PNG"))),
        home(entry("storage/2"), entry("storage/1", form=form(bits=7.4))),
        home(entry("storage/1", size=4096, form=form(bits=7.4))),
        home(entry("storage/1", form=None)),
        home(),
        home(entry("storage/2", kind="folder", mode="0700")),
        answered("first open change", 507, json={"code": -1022}),
        answered("first locked change", 507, json={"code": -1022}),
    ],
)
def test_files_of_documents_are_noise(wrong: Entry) -> None:
    """No word, no picture and no pattern in them; no files show nothing."""
    assert is_met(Encrypted, FILES)
    assert is_met(Encrypted, FILES, home(JUST_ENOUGH))
    assert is_met(Encrypted, FILES, home(SHORT))
    assert not is_met(Encrypted, FILES, wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        home(entry("storage/1", mode="0640")),
        home(entry("storage/1"), entry("storage/2", mode="0604")),
        home(entry("storage/1"), entry("storage/2", kind="folder", mode="0710")),
        home(),
        Fact(
            "home after",
            [KNOWN, entry("storage", kind="folder", mode="0755"), entry("1")],
        ),
    ],
)
def test_files_of_documents_are_for_the_owner(wrong: Entry) -> None:
    """Also their folder, old or new; what is none of theirs does not count."""
    assert is_met(DocumentsPrivate, FILES)
    assert is_met(
        DocumentsPrivate, FILES, home(entry("1"), entry("2", kind="other", mode="0777"))
    )
    assert not is_met(DocumentsPrivate, FILES, wrong)
