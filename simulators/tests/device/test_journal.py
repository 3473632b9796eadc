"""The journal keeps the order of events, and the newest of them."""

from __future__ import annotations

import json

from scanwright_simulators.device.journal import Entry, Journal, nearest
from scanwright_simulators.faces.in_process import ManualClock


def journal(limit: int = 100) -> Journal:
    """Return a journal whose clock stands still."""
    return Journal(ManualClock(5.0), limit=limit)


def test_entries_are_numbered_and_timed() -> None:
    """Time counts from the beginning of the journal."""
    clock = ManualClock(5.0)
    entries = Journal(clock)
    clock.wait_until(6.5)
    entry = entries.add("escl", "request", "GET /", device="a", near=["x"], status=404)
    assert json.loads(json.dumps(entry.as_json())) == {
        "seq": 1,
        "t_s": 1.5,
        "device": "a",
        "source": "escl",
        "what": "request",
        "text": "GET /",
        "near": ["x"],
        "data": {"status": 404},
    }


def test_what_is_newer_can_be_had() -> None:
    """After a number, of one device or of all, oldest first."""
    entries = journal()
    for device in ("a", "b", "a"):
        entries.add("engine", "x", "y", device=device)
    assert [entry.seq for entry in entries.after(1)] == [2, 3]
    assert [entry.seq for entry in entries.after(device="a")] == [1, 3]
    assert entries.after(3) == []
    assert entries.last == 3


def test_old_entries_are_let_go() -> None:
    """The newest stay, numbers go on."""
    entries = journal(limit=2)
    for _ in range(5):
        entries.add("engine", "x", "y")
    assert [entry.seq for entry in entries.after()] == [4, 5]


def test_one_device_can_be_forgotten() -> None:
    """The others keep their entries."""
    entries = journal()
    entries.add("engine", "x", "y", device="a")
    entries.add("engine", "x", "y", device="b")
    entries.forget("a")
    assert [entry.device for entry in entries.after()] == ["b"]
    assert entries.add("engine", "x", "y").seq == 3


def test_listeners_hear_everything_until_they_leave() -> None:
    """Each new entry, also for one who leaves while listening."""
    entries = journal()
    heard: list[Entry] = []
    leave = entries.listen(heard.append)
    once = entries.listen(lambda _: once())
    entries.add("engine", "x", "1")
    entries.add("engine", "x", "2")
    leave()
    entries.add("engine", "x", "3")
    assert [entry.text for entry in heard] == ["1", "2"]


def test_near_names_are_found() -> None:
    """A slip of the finger is understood, nonsense is not."""
    known = ["virtual-office", "slow-flatbed"]
    assert nearest("virtual-ofice", known) == ["virtual-office"]
    assert nearest("zzz", known) == []
