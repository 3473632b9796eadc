"""Markup is built right, or not at all."""

from __future__ import annotations

import json
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from scanwright_conformance.report._markup import (
    element,
    join,
    json_block,
    prose,
    tone,
)
from scanwright_conformance.verdict import RollUp


class Texts(HTMLParser):
    """Collects the text of a document."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_data(self, data: str) -> None:
        """Keep `data`."""
        self.text += data


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_text_stays_text(text: str) -> None:
    """Whatever is put in as text is read as that text."""
    reader = Texts()
    reader.feed(element("p", text))
    reader.close()
    assert reader.text == text


def test_attributes_are_spelled_as_html_does() -> None:
    """Underscores are hyphens, a trailing one avoids a keyword, values are quoted."""
    made = element("a", "x", class_="b", aria_label='"<')
    assert made == '<a class="b" aria-label="&quot;&lt;">x</a>'


def test_markup_is_not_escaped_twice() -> None:
    """An element inside another stays an element."""
    assert element("b", element("i", "&")) == "<b><i>&amp;</i></b>"
    assert join("<", element("i")) == "&lt;<i></i>"


def test_prose_has_paragraphs_and_code() -> None:
    """The text of a clause is Markdown of the simplest kind."""
    made = prose("`GET /` answers <200>.\n\nAgain.")
    assert made == ("<p><code>GET /</code> answers &lt;200&gt;.</p><p>Again.</p>")


def test_what_no_document_may_hold_is_replaced() -> None:
    """Control characters, lone surrogates, and what turns text around stay out."""
    assert element("p", "a\x00b\ud800c") == "<p>a\ufffdb\ufffdc</p>"
    assert element("p", "a\u202eb\u2066c\u00e9") == "<p>a\ufffdb\ufffdc\u00e9</p>"


def test_data_for_a_script_cannot_end_its_block() -> None:
    """However a target closes a script, it stays inside a string."""
    made = json_block({"a": "</script><!--"}, "data")
    assert made.count("<") == 2
    assert json.loads(made.partition(">")[2].rpartition("<")[0]) == {
        "a": "</script><!--",
    }


def test_every_roll_up_has_a_colour() -> None:
    """None is left without a class."""
    assert all(tone(roll_up) for roll_up in RollUp)
