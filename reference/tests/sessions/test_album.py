"""Albums: every operation keeps order, selection and documents consistent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from scanwright.buffer.pages import StoredPage
from scanwright.errors import InvalidParameter, OutOfSequence
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source
from scanwright.sessions.album import MOST_TAGS, Album, Image

Maker = Callable[[], Image]
FORMAT = PageFormat(10, 10, Depth(PixelType.GRAY, 8), (300, 300), Source.FLATBED)


@pytest.fixture
def album(make_image: Maker) -> Album:
    """An album with five images, 1 to 5, of which the last is the current one."""
    return Album.empty("d1").add([make_image() for _ in range(5)])


def _order(album: Album) -> list[int]:
    return [int(image_id, 16) for image_id in album.document.images]


def _id(number: int) -> str:
    return f"{number:012x}"


def test_new_images_are_appended(album: Album) -> None:
    """Images without a place come last, and the last of them is the current one."""
    assert _order(album) == [1, 2, 3, 4, 5]
    assert album.document.current == _id(5)


def test_new_images_are_inserted(album: Album, make_image: Maker) -> None:
    """Images with a place come in front of what is there, in their order."""
    assert _order(album.add([make_image(), make_image()], 1)) == [1, 6, 7, 2, 3, 4, 5]


@pytest.mark.parametrize("at", [-1, 6])
def test_no_place_outside(album: Album, make_image: Maker, at: int) -> None:
    """A place beyond the end, or before the start, is refused."""
    with pytest.raises(InvalidParameter, match="from 0 to 5"):
        album.add([make_image()], at)


def test_beyond_the_maximum_the_first_leave(album: Album, make_image: Maker) -> None:
    """New images replace old ones from the first on when there are too many."""
    grown = album.add([make_image(), make_image()], maximum=5)
    assert _order(grown) == [3, 4, 5, 6, 7]
    assert len(grown.images) == 5


@pytest.mark.parametrize(
    ("new", "limits", "order"),
    [
        (1, (1, 5), [6, 2, 3, 4, 5]),
        (2, (0, 5), [6, 7, 3, 4, 5]),
        (5, (2, 5), [6, 7, 8, 9, 10]),
        (4, (None, 2), [8, 9]),
        (4, (1, 3), [7, 8, 9]),
        (1, (3, 0), [1, 2, 3, 6, 4, 5]),
    ],
)
def test_new_images_stay(
    album: Album,
    make_image: Maker,
    new: int,
    limits: tuple[int | None, int],
    order: list[int],
) -> None:
    """What leaves are images that were there; of the new ones only what is too many."""
    at, maximum = limits
    grown = album.add([make_image() for _ in range(new)], at, maximum=maximum)
    assert _order(grown) == order
    assert {int(image, 16) for image in grown.images} == set(order)
    assert grown.document.current == _id(5 + new)


def test_spared_images_leave_last(album: Album, make_image: Maker) -> None:
    """Images that came before in the same call go when there is no other one."""
    spared = [_id(1), _id(2), _id(4)]
    grown = album.add([make_image()], 0, maximum=3, spared=spared)
    assert _order(grown) == [6, 2, 4]


def test_the_current_image_can_stay(album: Album, make_image: Maker) -> None:
    """The current image stays that where it is wished, unless there is none."""
    grown = album.add([make_image()], 4, keeps_current=True)
    assert grown.document.current == _id(5)
    first = Album.empty("d1").add([make_image()], keeps_current=True)
    assert first.document.current == _id(7)


def test_no_new_images_change_nothing(album: Album) -> None:
    """Without new images the current one is still current."""
    assert album.add([]).document == album.document


@pytest.mark.parametrize(
    ("moved", "at", "order"),
    [
        ([1], 3, [2, 3, 1, 4, 5]),
        ([1], 0, [1, 2, 3, 4, 5]),
        ([1], 1, [1, 2, 3, 4, 5]),
        ([5, 2], 0, [5, 2, 1, 3, 4]),
        ([2, 4], 5, [1, 3, 5, 2, 4]),
        ([1, 2, 3], 2, [1, 2, 3, 4, 5]),
    ],
)
def test_moving(album: Album, moved: list[int], at: int, order: list[int]) -> None:
    """What is moved comes, in the order given, in front of what was at the index."""
    assert _order(album.move([_id(n) for n in moved], at)) == order


def test_switching(album: Album) -> None:
    """Two images exchange their places; one with itself changes nothing."""
    assert _order(album.switch(_id(1), _id(4))) == [4, 2, 3, 1, 5]
    assert _order(album.switch(_id(2), _id(2))) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("current", "gone", "after"),
    [(2, [2], 3), (5, [5], 4), (2, [2, 3], 4), (4, [4, 5], 3), (1, [3], 1)],
)
def test_who_follows_the_current_one(
    album: Album, current: int, gone: list[int], after: int
) -> None:
    """The next image becomes current when the current one goes, else the last."""
    left = album.with_current(_id(current)).remove([_id(n) for n in gone])
    assert left.document.current == _id(after)


def test_an_empty_document_has_no_current_image(album: Album) -> None:
    """When the last image goes, none is current."""
    empty = album.remove(album.document.images)
    assert empty.document.current is None
    assert not empty.images


def test_a_selection_keeps_its_order(album: Album) -> None:
    """Selected images are remembered in the order given, without those that go."""
    chosen = album.with_selected([_id(4), _id(1), _id(3)])
    assert chosen.document.selected == (_id(4), _id(1), _id(3))
    assert chosen.remove([_id(1)]).document.selected == (_id(4), _id(3))


def test_nobody_is_named_twice(album: Album) -> None:
    """An image that is named twice in one call is refused."""
    with pytest.raises(InvalidParameter, match="twice"):
        album.with_selected([_id(1), _id(1)])


def test_a_shown_page_is_a_new_version(album: Album) -> None:
    """An image keeps its id when its page changes, and gets a version of its own."""
    page = StoredPage(FORMAT)
    image = album.show(_id(2), page).image(_id(2))
    assert (image.id, image.page) == (_id(2), page)
    again = album.show(_id(2), page).image(_id(2))
    assert len({1, image.version, again.version}) == 3


def test_tags(album: Album) -> None:
    """Tags are added once, renamed everywhere, and taken away."""
    tagged = album.tag([_id(1), _id(2)], "bill").tag([_id(1)], "bill")
    assert tagged.image(_id(1)).tags == ("bill",)
    renamed = tagged.tag([_id(1)], "paid").rename_tag("bill", "paid")
    assert renamed.image(_id(1)).tags == ("paid",)
    assert renamed.untag("paid", [_id(1)]).image(_id(2)).tags == ("paid",)
    assert renamed.untag("paid").image(_id(2)).tags == ()


def test_too_many_tags(album: Album) -> None:
    """The tags of an image have a limit."""
    for number in range(MOST_TAGS):
        album = album.tag([_id(1)], str(number))
    with pytest.raises(InvalidParameter, match="tags"):
        album.tag([_id(1)], "one more")


def test_a_filter_hides(album: Album) -> None:
    """A filter shows what has the tag, and nothing hidden stays selected."""
    tagged = album.tag([_id(1), _id(3)], "a").with_selected([_id(2), _id(3)])
    filtered = tagged.filtered("a")
    assert filtered.visible == (_id(1), _id(3))
    assert filtered.document.selected == (_id(3),)
    assert filtered.rename_tag("a", "b").visible == (_id(1), _id(3))
    assert filtered.filtered(None).visible == album.document.images


def test_documents(album: Album, make_image: Maker) -> None:
    """Images go to the open document; a name belongs to one document."""
    two = album.create_document("d2", "Bills").open_document("d2")
    assert two.document.images == ()
    assert _order(two.add([make_image()])) == [6]
    with pytest.raises(InvalidParameter, match="already"):
        two.create_document("d3", "Bills")
    with pytest.raises(InvalidParameter, match="already"):
        two.rename_document("d1", "Bills")
    assert two.rename_document("d2", "Bills").document.name == "Bills"


def test_images_move_between_documents(album: Album) -> None:
    """Images that move keep id and tags; their old place closes up."""
    two = album.tag([_id(2)], "x").create_document("d2", "Bills")
    moved = two.move_images([_id(4), _id(2)], "d2", None)
    assert _order(moved) == [1, 3, 5]
    there = moved.open_document("d2")
    assert _order(there) == [4, 2]
    assert there.image(_id(2)).tags == ("x",)
    with pytest.raises(InvalidParameter, match="another document"):
        two.move_images([_id(1)], "d1", None)


def test_images_move_out_of_any_document(album: Album, make_image: Maker) -> None:
    """Images move out of the document that is named, into one that has a maximum."""
    two = album.create_document("d2", "Bills")
    two = two.add([make_image(), make_image()], document_id="d2")
    moved = two.move_images([_id(6)], "d1", 0, origin_id="d2", maximum=5)
    assert _order(moved) == [6, 2, 3, 4, 5]
    assert _order(moved.open_document("d2")) == [7]
    with pytest.raises(InvalidParameter, match="not in that document"):
        two.move_images([_id(1)], "d1", 0, origin_id="d2")
    with pytest.raises(InvalidParameter, match="another document"):
        two.move_images([_id(6)], "d2", 0, origin_id="d2")


def test_an_image_has_a_home(album: Album, make_image: Maker) -> None:
    """Every image is found in the one document that it is in."""
    two = album.create_document("d2", "Bills").add([make_image()], document_id="d2")
    assert [two.home_of(_id(n)).id for n in (5, 6)] == ["d1", "d2"]
    assert two.find_document("d3") is None


def test_a_tag_leaves_every_document(album: Album, make_image: Maker) -> None:
    """Without images a tag is taken from those of other documents, too."""
    tagged = album.tag([_id(1)], "a").create_document("d2", "Bills")
    other = tagged.open_document("d2").add([make_image()]).tag([_id(6)], "a")
    bare = other.untag("a")
    assert {bare.image(_id(n)).tags for n in (1, 6)} == {()}


def test_a_document_goes_with_its_images(album: Album) -> None:
    """A removed document takes its images along; the only one stays."""
    with pytest.raises(OutOfSequence):
        album.remove_document("d1")
    left = album.create_document("d2", "Bills").remove_document("d1")
    assert (left.open_id, dict(left.images)) == ("d2", {})


@pytest.mark.parametrize(
    "act",
    [
        lambda a: a.remove(["f" * 12]),
        lambda a: a.image("nonsense"),
        lambda a: a.open_document("f" * 12),
        lambda a: a.with_current("f" * 12),
    ],
)
def test_what_is_not_there_is_refused(
    album: Album, act: Callable[[Album], object]
) -> None:
    """An image or a document that is not there is an error that names it."""
    with pytest.raises(InvalidParameter):
        act(album)


class AnyAlbum(RuleBasedStateMachine):
    """Any operations in any order leave an album that is consistent."""

    images = Bundle("images")

    @initialize()
    def begin(self) -> None:
        """Begin with nothing."""
        self.album = Album.empty("d1").create_document("d2", "Two")
        self.count = 0

    @rule(
        target=images,
        count=st.integers(1, 3),
        place=st.floats(0, 1),
        maximum=st.integers(0, 6),
        keeps_current=st.booleans(),
    )
    def add(
        self, count: int, place: float, maximum: int, *, keeps_current: bool
    ) -> object:
        """Add some; they are there when there is a place for them."""
        new = [Image(_id(self.count + n), StoredPage(FORMAT)) for n in range(count)]
        self.count += count
        at = int(place * len(self.album.document.images))
        self.album = self.album.add(
            new, at, maximum=maximum, keeps_current=keeps_current
        )
        inside = self.album.document.images
        kept = [image.id for image in new if image.id in inside]
        assert kept == [image.id for image in new[-maximum:]]
        assert not maximum or len(inside) <= maximum
        return multiple(*kept)

    @rule(image=consumes(images))
    def remove(self, image: str) -> None:
        """Remove one, if it is in the open document."""
        if image in self.album.document.images:
            self.album = self.album.remove([image])

    @rule(image=images, place=st.floats(0, 1))
    def move(self, image: str, place: float) -> None:
        """Move one."""
        if image in self.album.document.images:
            at = int(place * len(self.album.document.images))
            self.album = self.album.move([image], at)

    @rule(image=images)
    def carry(self, image: str) -> None:
        """Move one to the other document."""
        if image in self.album.document.images:
            other = "d2" if self.album.open_id == "d1" else "d1"
            self.album = self.album.move_images([image], other, 0)

    @rule(image=images)
    def select(self, image: str) -> None:
        """Select and tag one."""
        if image in self.album.document.images:
            self.album = self.album.with_selected([image]).tag([image], "t")

    @rule(name=st.sampled_from(["d1", "d2"]), tag=st.sampled_from([None, "t"]))
    def turn(self, name: str, tag: str | None) -> None:
        """Open a document and filter it."""
        self.album = self.album.open_document(name).filtered(tag)

    @invariant()
    def is_consistent(self) -> None:
        """Each image is in one document, once; what is pointed at is there."""
        everywhere = [i for d in self.album.documents for i in d.images]
        assert len(everywhere) == len(set(everywhere))
        assert set(everywhere) == set(self.album.images)
        for document in self.album.documents:
            assert set(document.selected) <= set(document.images)
            assert (document.current is None) == (not document.images)
            assert document.current is None or document.current in document.images


TestAnyAlbum = AnyAlbum.TestCase
TestAnyAlbum.settings = settings(max_examples=40, stateful_step_count=25)
