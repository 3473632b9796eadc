"""The home: listed without contents, written, and put back."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright_conformance.session import Stopped
from scanwright_conformance.session._home import HomeFolder
from scanwright_conformance.session._recorder import Recorder
from scanwright_conformance.target import Addresses, Target, Unsupported


@pytest.fixture
def home(tmp_path: Path) -> HomeFolder:
    """A home with a file in a folder."""
    (tmp_path / "log").mkdir(mode=0o700)
    (tmp_path / "log" / "service.log").write_text("began\n")
    (tmp_path / "log" / "service.log").chmod(0o640)
    target = Target("t", Addresses({}), frozenset(), known_home=tmp_path)
    return HomeFolder(Recorder(), target)


def fact(home: HomeFolder, label: str) -> object:
    """Return what was recorded."""
    return home._recorder.transcript().fact(label)


async def test_a_listing_has_names_modes_and_sizes(home: HomeFolder) -> None:
    """The folder itself comes first, and nothing of a file's content is recorded."""
    entries = await home.listing("log", label="log")
    assert entries[0] | {"size": 0} == {
        "path": "log",
        "kind": "folder",
        "mode": "0700",
        "size": 0,
    }
    assert entries[1] == {
        "path": "log/service.log",
        "kind": "file",
        "mode": "0640",
        "size": 6,
    }
    assert fact(home, "log") == entries


async def test_a_listing_may_tell_forms(home: HomeFolder) -> None:
    """What the bytes are like is told when it is asked for."""
    entries = await home.listing("log", label="log", is_reading=True)
    assert entries[1]["form"]["is_text"]


async def test_links_are_not_followed(home: HomeFolder) -> None:
    """Where a link leads is not in the home."""
    (home.path / "log" / "away").symlink_to("/proc")
    entries = await home.listing("log", label="log", is_reading=True)
    assert [each["kind"] for each in entries] == ["folder", "other", "file"]


async def test_a_folder_that_is_not_there_stops(home: HomeFolder) -> None:
    """There is nothing to look at."""
    with pytest.raises(Stopped, match="is no folder"):
        await home.listing("dump", label="dump")


async def test_what_was_written_is_put_back(home: HomeFolder) -> None:
    """Changed, new and removed files are what they were, with their rights."""
    log = home.path / "log" / "service.log"
    await home.write("log/service.log", "changed")
    await home.write("log/service.log", b"changed again")
    await home.write("new/one.ini", "new")
    assert (log.read_text(), await home.is_changed()) == ("changed again", True)
    await home.restore()
    assert (log.read_text(), log.stat().st_mode & 0o777) == ("began\n", 0o640)
    assert not (home.path / "new" / "one.ini").exists()
    assert not await home.is_changed()


async def test_what_was_removed_is_put_back(home: HomeFolder) -> None:
    """Also a file that was not there before stays away."""
    await home.remove("log/service.log")
    await home.remove("log/none")
    assert list((home.path / "log").iterdir()) == []
    await home.restore()
    assert [path.name for path in (home.path / "log").iterdir()] == ["service.log"]


async def test_what_the_service_wrote_is_put_back_where_it_was_kept(
    home: HomeFolder,
) -> None:
    """New files go and changed ones return; folders and the lock are not touched."""
    settings, lock = home.path / "user_config.ini", home.path / "port.lock"
    settings.write_text("before")
    await home.keep()
    lock.write_text("7")
    assert not await home.is_changed()
    settings.write_text("after")
    (home.path / "consents.json").write_text("{}")
    assert await home.is_changed()
    await home.restore()
    assert (settings.read_text(), lock.read_text()) == ("before", "7")
    assert not (home.path / "consents.json").exists()
    assert (home.path / "log" / "service.log").exists()


async def test_text_is_recorded(home: HomeFolder) -> None:
    """A file that is not there is None, which an empty one is not."""
    assert await home.text("log/service.log", label="log") == "began\n"
    await home.text("none", label="none")
    assert (fact(home, "log"), fact(home, "none")) == ("began\n", None)


async def test_content_is_not_recorded(home: HomeFolder) -> None:
    """Keys and tokens may be looked at without leaving a trace."""
    assert await home.content("log/service.log") == b"began\n"
    assert await home.content("none") == b""
    assert home._recorder.transcript().entries == ()


async def test_waiting_ends_with_what_was_seen_last(home: HomeFolder) -> None:
    """Whether it came or not, the judge has a listing."""
    await home.until_listed("log", lambda seen: len(seen) > 1, label="a", within_s=5)
    await home.until_listed("log", lambda seen: len(seen) > 9, label="b", within_s=0.1)
    assert fact(home, "a") == fact(home, "b") != []


async def test_a_target_without_a_home_has_none() -> None:
    """What is not known cannot be measured."""
    home = HomeFolder(Recorder(), Target("t", Addresses({}), frozenset()))
    with pytest.raises(Unsupported, match="not known"):
        await home.listing(label="home")
    with pytest.raises(Unsupported, match="not known"):
        await home.keep()
    await home.restore()
