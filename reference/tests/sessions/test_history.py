"""Undo and redo: steps lead back and forth, and pages live as long as needed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright.buffer.pages import StoredPage
from scanwright.sessions.album import Album, Image
from scanwright.sessions.history import History

Maker = Callable[[], Image]
DROPPED = list[StoredPage]


@pytest.fixture
def dropped() -> DROPPED:
    """What was dropped so far."""
    return []


@pytest.fixture
def history(dropped: DROPPED) -> History:
    """A history that begins with an empty album and remembers three steps."""
    return History(Album.empty("d1"), dropped.append, most_steps=3)


def _add(history: History, image: Image, group: object = None) -> Album:
    history.change(history.album.add([image]), group or object())
    return history.album


def test_undo_leads_back_and_redo_forth(history: History, make_image: Maker) -> None:
    """Undo brings the album from before the last step, redo the one after it."""
    first = _add(history, make_image())
    second = _add(history, make_image())
    assert history.undo()
    assert history.album is first
    assert history.redo()
    assert history.album is second
    assert (history.can_undo, history.can_redo) == (True, False)


def test_there_is_nothing_to_undo(history: History) -> None:
    """At the beginning nothing can be taken back or made again."""
    assert not history.undo()
    assert not history.redo()


def test_changes_of_a_call_are_one_step(history: History, make_image: Maker) -> None:
    """What one call does is taken back at once."""
    empty = history.album
    _add(history, make_image(), "scan")
    _add(history, make_image(), "scan")
    history.undo()
    assert history.album is empty


def test_another_change_in_between_is_not_swallowed(
    history: History, make_image: Maker
) -> None:
    """A call that goes on after somebody else's change begins another step."""
    _add(history, make_image(), "scan")
    between = _add(history, make_image(), "other")
    _add(history, make_image(), "scan")
    history.undo()
    assert history.album is between


def test_undo_ends_a_group(history: History, make_image: Maker) -> None:
    """What a call does after an undo cannot change the step that was taken back."""
    first = _add(history, make_image(), "scan")
    _add(history, make_image(), "edit")
    history.undo()
    _add(history, make_image(), "scan")
    history.undo()
    assert history.album is first


def test_removed_pages_are_kept_for_undo(
    history: History, make_image: Maker, dropped: DROPPED
) -> None:
    """A page that was removed is there as long as undo can bring it back."""
    image = make_image()
    _add(history, image)
    history.change(history.album.remove([image.id]), "remove")
    assert dropped == []
    for _ in range(2):
        history.change(history.album, object())
    assert dropped == []
    history.change(history.album, object())
    assert dropped == [image.page]


def test_what_cannot_be_made_again_is_dropped(
    history: History, make_image: Maker, dropped: DROPPED
) -> None:
    """A change after an undo drops what only redo could have shown."""
    image = make_image()
    _add(history, image)
    history.undo()
    assert dropped == []
    _add(history, make_image())
    assert dropped == [image.page]


def test_versions_inside_a_step_are_dropped(
    history: History, make_image: Maker, dropped: DROPPED
) -> None:
    """A page that was made and replaced within one step is not kept."""
    image, between, last = make_image(), make_image().page, make_image().page
    _add(history, image)
    history.change(history.album.show(image.id, between), "edit")
    history.change(history.album.show(image.id, last), "edit")
    assert dropped == [between]


def test_a_look_is_no_step(history: History, make_image: Maker) -> None:
    """Making another image current, or selecting, cannot be undone."""
    image = make_image()
    _add(history, image)
    history.look(history.album.with_selected([image.id]))
    history.undo()
    assert not history.album.images


def test_clear_drops_everything_once(
    history: History, make_image: Maker, dropped: DROPPED
) -> None:
    """At the end each page of present, past and future is dropped once."""
    images = [make_image() for _ in range(3)]
    for image in images:
        _add(history, image)
    history.undo()
    history.clear()
    assert sorted(map(id, dropped)) == sorted(id(image.page) for image in images)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["add", "remove", "edit", "undo", "redo"]),
            st.integers(0, 5),
        ),
        max_size=40,
    )
)
def test_no_page_is_lost_or_leaked(acts: list[tuple[str, int]]) -> None:
    """Any steps: what the album shows was not dropped, and nothing is dropped twice."""
    from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source

    form = PageFormat(9, 9, Depth(PixelType.GRAY, 8), (300, 300), Source.FLATBED)
    made: list[StoredPage] = []
    gone: list[StoredPage] = []
    history = History(Album.empty("d1"), gone.append, most_steps=4)

    def make() -> StoredPage:
        made.append(StoredPage(form))
        return made[-1]

    for act, number in acts:
        album = history.album
        order = album.document.images
        if act == "undo":
            history.undo()
        elif act == "redo":
            history.redo()
        elif act == "add" or not order:
            image = Image(f"{len(made):012x}", make())
            history.change(album.add([image]), number % 2)
        elif act == "remove":
            history.change(album.remove([order[number % len(order)]]), number % 2)
        else:
            shown = album.show(order[number % len(order)], make())
            history.change(shown, number % 2)
        assert not history.album.pages & set(gone)
    history.clear()
    assert sorted(map(id, gone)) == sorted(map(id, made))
