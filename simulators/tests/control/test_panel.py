"""The front panel's files: all there, of their types, and with nothing of others."""

from __future__ import annotations

import re
from http import HTTPStatus
from importlib.resources import files

import aiohttp
import pytest

from scanwright_simulators.control.panel import FILES, PACKAGE


@pytest.mark.parametrize("path", FILES)
async def test_each_file_is_served(http: aiohttp.ClientSession, path: str) -> None:
    """As what it is."""
    async with http.get(path) as answer:
        assert answer.status == HTTPStatus.OK
        assert answer.content_type == FILES[path][1]
        assert answer.charset == "utf-8"


def test_each_file_of_the_folder_is_served() -> None:
    """None is forgotten, and none is left over."""
    there = {file.name for file in files(PACKAGE).iterdir() if file.is_file()}
    assert there - {"__init__.py"} == {name for name, _ in FILES.values()}


@pytest.mark.parametrize("name", {name for name, _ in FILES.values()} - {"icon.svg"})
def test_no_file_needs_another_server(name: str) -> None:
    """Nor scripts or styles in the page, which would be refused."""
    text = (files(PACKAGE) / name).read_text("utf-8")
    text = text.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|//[a-z]+\.|@import|innerHTML|\bstyle=", text)


def test_scripts_import_what_is_served() -> None:
    """By the names under which it is."""
    for name, content_type in FILES.values():
        if content_type == "text/javascript":
            text = (files(PACKAGE) / name).read_text("utf-8")
            for imported in re.findall(r'from "\.(/[a-z.]+)"', text):
                assert imported in FILES
