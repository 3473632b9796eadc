"""`scanwright documents`: what is kept, and a way out for what is damaged."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from typing import Any

import pytest

from scanwright.commands.documents import documents
from scanwright.home import Home
from scanwright.storage.storage import Storage

Output = pytest.CaptureFixture[str]


@pytest.fixture
def uids(home: Home) -> dict[str, str]:
    """A document of each state, by the state's name."""

    async def make() -> dict[str, str]:
        with closing(Storage(home.storage)) as storage:
            whole, damaged = await storage.create(), await storage.create()
            locked = await storage.create(password="Sesame")  # noqa: S106 - a test's
        return {"whole": whole.uid, "damaged": damaged.uid, "locked": locked.uid}

    uids = asyncio.run(make())
    (home.storage / uids["damaged"] / "index").write_bytes(b"noise")
    return uids


def run(home: Home, *words: str) -> int:
    """Run the command on a home."""
    return documents([*words, "--home", str(home.folder)])


def listed(home: Home, capsys: Output) -> list[dict[str, Any]]:
    """Return what the command lists for programs."""
    assert run(home, "list", "--json") == 0
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


def test_each_document_is_listed_with_its_state(
    home: Home, uids: dict[str, str], capsys: Output
) -> None:
    """A password is not asked for, and what it locks is not told."""
    rows = {row["state"]: row for row in listed(home, capsys)}
    assert {state: row["uid"] for state, row in rows.items()} == uids
    assert {state: row["pages"] for state, row in rows.items()} == {
        "whole": 0,
        "locked": None,
        "damaged": None,
    }
    assert rows["damaged"]["bytes"] == 5
    assert "cannot be read" in rows["damaged"]["problem"]


def test_people_read_what_is_wrong(
    home: Home, uids: dict[str, str], capsys: Output
) -> None:
    """Below the document that it is wrong with; none at all is said, too."""
    run(home, "list")
    shown = capsys.readouterr().out.splitlines()
    at = next(n for n, line in enumerate(shown) if uids["damaged"] in line)
    assert "damaged" in shown[at]
    assert "-> Document" in shown[at + 1]
    run(home, "remove", *uids.values())
    run(home, "list")
    assert "No document is kept." in capsys.readouterr().out


def test_a_document_is_removed_whatever_its_state(
    home: Home, uids: dict[str, str], capsys: Output
) -> None:
    """All of its files, and no other document's."""
    assert run(home, "remove", uids["damaged"], uids["locked"]) == 0
    assert [row["uid"] for row in listed(home, capsys)] == [uids["whole"]]
    assert sorted(path.name for path in home.storage.iterdir()) == sorted(
        ["key", uids["whole"]]
    )


def test_what_is_half_made_is_not_listed(home: Home, capsys: Output) -> None:
    """A folder without an index is none yet, or no longer."""
    (home.storage / "0190817c22ab").mkdir()
    assert listed(home, capsys) == []


@pytest.mark.parametrize("uid", ["0190817c22ab", "../log", "key"])
def test_what_is_no_document_is_told(home: Home, uid: str, capsys: Output) -> None:
    """Status 1, and nothing is gone."""
    assert run(home, "remove", uid) == 1
    assert "No document has this id" in capsys.readouterr().err
    assert home.log.is_dir()


def test_a_home_that_is_not_there_is_not_made(home: Home, capsys: Output) -> None:
    """It says how to get one."""
    nowhere = Home(home.folder / "nowhere")
    assert run(nowhere, "list") == 1
    assert "start the service once" in capsys.readouterr().err
    assert not nowhere.folder.exists()


@pytest.mark.parametrize("words", [["list", "x"], ["remove"], ["burn"], []])
def test_wrong_words_are_refused(words: list[str]) -> None:
    """A list names nothing, a removal something."""
    with pytest.raises(SystemExit, match="2"):
        documents(words)
