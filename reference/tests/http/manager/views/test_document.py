"""The frames: a place for each part, and nothing in them that runs."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from scanwright.http.manager.markup import element
from scanwright.http.manager.views.document import (
    ADMIN_PARTS,
    WELCOME_PARTS,
    admin_page,
    welcome_page,
)

VOID = {"meta", "link", "img", "input"}


class Reader(HTMLParser):
    """Follows the elements."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.parts: dict[str, bool] = {}
        self.scripts: list[str | None] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        names = dict(attrs)
        assert not [name for name in names if name.startswith("on") or name == "style"]
        if identity := names.get("id"):
            self.ids.append(identity)
        if part := names.get("data-part"):
            self.parts[part] = "hidden" not in names
        if tag == "script":
            self.scripts.append(names.get("src"))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close one, which must be the last that was opened."""
        assert self.open.pop() == tag


@pytest.mark.parametrize("document", [welcome_page({}), admin_page()])
def test_the_documents_are_well_formed(document: str) -> None:
    """Every element is closed, ids are unique, and the script is a file."""
    reader = Reader(document)
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))
    assert reader.scripts == ["/static/manager.js"]


def test_every_part_has_its_place() -> None:
    """One that has nothing to say yet is hidden."""
    parts = Reader(welcome_page({"state": element("p", "x")})).parts
    assert tuple(parts) == WELCOME_PARTS
    assert parts["state"]
    assert not parts["log"]
    assert tuple(Reader(admin_page()).parts) == tuple(ADMIN_PARTS)


def test_the_page_says_where_one_is() -> None:
    """In the navigation, for eyes and ears."""
    assert '<a href="/admin/" aria-current="page">' in admin_page()
    assert '<a href="/" aria-current="page">' in welcome_page({})
