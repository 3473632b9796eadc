"""The file of a matrix."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright_conformance.matrix.reading import MatrixError, read_matrix
from scanwright_conformance.target import DescriptionError
from scanwright_spec import Assurance

URL = "http://127.0.0.1:9"


def written(folder: Path, text: str) -> Path:
    """Return the file of a matrix with this text."""
    file = folder / "nightly.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_cell_says_everything(target: Path) -> None:
    """Each key is in the cell; the description is read along."""
    text = f"""
        [matrix]
        name = "all builds"
        [[cell]]
        name = "build 7"
        target = "{target.name}"
        profiles = ["wire", "jobs"]
        level = "L2"
        seed = 7
        only = ["JOBS-start"]
        environment = {{BUILD = "7"}}
        timeout_s = 90
    """
    matrix = read_matrix(written(target.parent, text))
    (cell,) = matrix.cells
    assert (matrix.name, cell.name, cell.seed) == ("all builds", "build 7", 7)
    assert (cell.profiles, cell.level) == (("wire", "jobs"), Assurance.L2)
    assert (cell.only, cell.timeout_s) == (("JOBS-start",), 90.0)
    assert (cell.environment, cell.place) == ({"BUILD": "7"}, str(target))
    assert cell.description == target.read_text()


def test_what_is_common_is_said_once(tmp_path: Path) -> None:
    """A cell takes from [matrix] what it does not say."""
    text = f"""
        [matrix]
        level = "L1"
        seed = 7
        [[cell]]
        target = "{URL}"
        seed = 8
        [[cell]]
        name = "other"
        target = "{URL}"
    """
    first, second = read_matrix(written(tmp_path, text)).cells
    assert (first.name, first.level, first.seed) == (URL, Assurance.L1, 8)
    assert (second.name, second.level, second.seed) == ("other", Assurance.L1, 7)


def test_axes_make_a_cell_of_each_combination(tmp_path: Path) -> None:
    """They are named after what they combine."""
    text = f"""
        [axes]
        target = ["{URL}", "{URL}9"]
        profile = ["wire", "jobs"]
    """
    matrix = read_matrix(written(tmp_path, text))
    assert matrix.name == "nightly"
    assert [(each.name, each.profiles) for each in matrix.cells] == [
        (f"{URL}, wire", ("wire",)),
        (f"{URL}, jobs", ("jobs",)),
        (f"{URL}9, wire", ("wire",)),
        (f"{URL}9, jobs", ("jobs",)),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[cell]", "Expected ']]'"),
        ("", "has no cells; write a [[cell]], or [axes] with a target"),
        ("[cells]", ":1: cells is no table here; there are [matrix], [[cell]]"),
        ("[cell]\n", ":1: cell 1 is no table here"),
        ("[matrix]\n\n[[cell]]\nname = 'a'", ":3: cell 1.target is missing"),
        ("[[cell]]\ntarget = 'http://h'\n[[cell]]\nseed = 'x'", ":4: cell 2.seed must"),
        ("[[cell]]\ntarget = ''", ":2: cell 1.target must be a text"),
        ("[[cell]]\ntarget = 'http://h'\ntimeout_s = 0", ":3: cell 1.timeout_s must"),
        ("[[cell]]\ntarget = 'http://h'\nlevel = 'L4'", ":3: cell 1.level must be"),
        ("[[cell]]\nenvironment = {A = 1}", ":2: cell 1.environment must be a table"),
        ("[[cell]]\nbuild = 7", ":2: cell 1.build is unknown; use name, target"),
        (
            "[[cell]]\ntarget = 'http://h'\nprofiles = ['wir']",
            ":3: cell 1.profiles cannot be tried: no profile",
        ),
        (
            "[[cell]]\ntarget = 'http://h'\nonly = ['JOB']",
            ":3: cell 1.only cannot be tried: no clause",
        ),
        ("[axes]\nprofile = ['wire']", ":1: axes.target is missing"),
        ("[axes]\ntarget = ['http://h', 'http://h']", ":2: axes.target must have"),
        (
            "[axes]\ntarget = ['http://h']\nlevel = ['L4']",
            ":3: axes.level must be a list",
        ),
        ("[axes]\ntarget = ['http://h']\nseed = [true]", ":3: axes.seed must be"),
        ("matrix = 1", ":1: matrix must be a table"),
        (
            "[[cell]]\ntarget = 'http://h'\n[[cell]]\ntarget = 'http://h'",
            "2 cells are called 'http://h'; give each its own name",
        ),
    ],
)
def test_mistakes_are_told_with_their_place(
    tmp_path: Path, text: str, problem: str
) -> None:
    """File, line and key are in the message, and what to do."""
    with pytest.raises(MatrixError) as error:
        read_matrix(written(tmp_path, text))
    assert str(error.value).startswith(str(tmp_path / "nightly.toml"))
    assert problem in str(error.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """It is a mistake like any other."""
    with pytest.raises(MatrixError, match="No such file"):
        read_matrix(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"# \xff", "must be in UTF-8, and byte 2 is not"),
        (b"[matrix]\nseed = " + b"1" * 5000, "Exceeds the limit"),
        (b"[[cell]]\ntarget = 'http://h:99999'", "'http://h:99999' is no address"),
    ],
)
def test_what_cannot_be_meant_is_told(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    """No text, no number, no address."""
    file = tmp_path / "nightly.toml"
    file.write_bytes(content)
    with pytest.raises(MatrixError, match=rf"nightly\.toml: {problem}"):
        read_matrix(file)


def test_mistakes_of_descriptions_are_told_before_anything_runs(
    tmp_path: Path,
) -> None:
    """The message is about the file of the target."""
    (tmp_path / "mine.toml").write_text("[target]\nname = 7\n")
    with pytest.raises(DescriptionError, match=r"mine.toml:2: target.name"):
        read_matrix(written(tmp_path, "[[cell]]\ntarget = 'mine.toml'"))
