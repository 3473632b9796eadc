"""Changed copies of a service."""

from __future__ import annotations

from importlib.util import cache_from_source
from pathlib import Path

import pytest

from scanwright_conformance.proof.changes import (
    PACKAGE,
    Change,
    ChangeError,
    changed_copy,
    original_text,
    read_defects,
)

CHANGE = Change("__init__.py", '"""', "'''")

TEXT = """\
[[SERVER-version]]
defect = "It is another one"
target = "licensed"

[[SERVER-version.change]]
file = "errors.py"
old = "class ScanwrightError"
new = "class ScanwrightError  "

[SERVER-version.collateral]
PORTS-core-http = "asks for the version"

[[SERVER-version]]
defect = "It is no string"
"""


def test_a_text_takes_the_place_of_another_one() -> None:
    """The rest stays as it is."""
    assert Change("f", "two", "2").applied_to("one two three") == "one 2 three"


@pytest.mark.parametrize("text", ["none of it", "two and two"])
def test_a_text_must_be_there_once(text: str) -> None:
    """A change does not get out of date unnoticed."""
    with pytest.raises(ChangeError, match="there"):
        Change("f", "two", "2").applied_to(text)


def test_a_copy_has_the_change_and_the_original_has_not() -> None:
    """It is found by PYTHONPATH, and gone afterwards."""
    before = original_text("errors.py")
    change = Change("errors.py", "class ScanwrightError(", "class ScanwrightError  (")
    with changed_copy((change,)) as folder:
        text = (folder / PACKAGE / "errors.py").read_text()
        assert text == before.replace(change.old, change.new)
        assert (folder / PACKAGE / "http" / "api.py").is_file()
        compiled = Path(cache_from_source(folder / PACKAGE / "errors.py"))
        assert compiled.is_file()
        assert not compiled.is_symlink()
    assert not folder.exists()
    assert original_text("errors.py") == before


def test_defects_are_read(tmp_path: Path) -> None:
    """Several of one clause are told apart by numbers."""
    (tmp_path / "a.toml").write_text(TEXT)
    one, two = read_defects(tmp_path)
    assert (one.name, two.name) == ("SERVER-version", "SERVER-version/2")
    assert one.what == "It is another one"
    assert dict(one.collateral) == {"PORTS-core-http": "asks for the version"}
    assert one.place is not None
    assert Path(one.place).is_file()
    assert two.place is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[A-b]\ndefect = 'x'", r"write \[\[A-b\]\]"),
        ("[[A-b]]\ndefect = 'x'\nother = 1", "has other"),
        ("[[A-b]]\nchange = []", "'defect'|differs"),
        ("[[A-b]]\ndefect = 'x'\n[[A-b.change]]\nfile = 'x'", "old"),
        ("[[A-b", "a.toml"),
    ],
)
def test_a_mistake_in_a_file_is_told(tmp_path: Path, text: str, problem: str) -> None:
    """With the name of the file."""
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(ChangeError, match=problem):
        read_defects(tmp_path)


def test_a_diff_shows_what_is_changed(tmp_path: Path) -> None:
    """As people read it."""
    (tmp_path / "a.toml").write_text(TEXT)
    diff = read_defects(tmp_path)[0].diff()
    assert "-class ScanwrightError(" in diff
    assert "+class ScanwrightError  (" in diff
    assert "a/scanwright/errors.py" in diff
