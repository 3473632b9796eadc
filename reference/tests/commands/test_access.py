"""`scanwright access`: questions and answers in a terminal."""

from __future__ import annotations

import json

import pytest

from scanwright.commands.access import access
from scanwright.home import Home
from scanwright.http.consents import Consents
from scanwright.protocol.access import Access, Consent

Output = pytest.CaptureFixture[str]

APP = "https://app.example"


@pytest.fixture
def consents(home: Home) -> Consents:
    """The consents as a service of the home sees them."""
    return Consents(home.folder / "consents.json")


@pytest.mark.parametrize(
    ("words", "consent"),
    [
        (["allow", APP, "scanner"], Consent.ALLOWED),
        (["allow", APP, "scanner", "--once"], Consent.ALLOWED),
        (["deny", APP, "scanner"], Consent.DENIED),
        (["forget", APP, "scanner"], Consent.PENDING),
    ],
)
def test_an_answer_counts(
    home: Home,
    consents: Consents,
    words: list[str],
    consent: Consent,
) -> None:
    """For the service at once, and only for this kind."""
    consents.check(APP, Access.SCANNER)
    assert access([*words, "--home", str(home.folder)]) == 0
    assert consents.check(APP, Access.SCANNER) is consent
    assert ("--once" in words) is any(entry.until for entry in consents.entries())


def test_questions_are_listed(home: Home, consents: Consents, capsys: Output) -> None:
    """For people, and for programs."""
    where = ["--home", str(home.folder)]
    assert access(["list", *where]) == 0
    assert "No page has asked" in capsys.readouterr().out
    consents.check(APP, Access.SCANNER)
    consents.allow("https://b.example", Access.FILE, once=True)
    access(["list", *where])
    shown = capsys.readouterr().out
    assert f"pending                  {APP}" in shown
    assert "allowed until" in shown
    access(["list", "--json", *where])
    told = json.loads(capsys.readouterr().out)
    assert [item["consent"] for item in told] == ["pending", "allowed"]


def test_an_answer_may_be_told_as_json(home: Home, capsys: Output) -> None:
    """What holds now, for whoever scripts it."""
    access(["deny", APP, "webcam", "--json", "--home", str(home.folder)])
    (item,) = json.loads(capsys.readouterr().out)
    assert (item["access"], item["consent"], item["until"]) == (
        "webcam",
        "denied",
        None,
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["forget", APP, "file"], "no answer for file"),
        (["allow", "app.example", "file"], "write it as https://"),
    ],
)
def test_what_cannot_be_done_is_said(
    home: Home,
    capsys: Output,
    words: list[str],
    message: str,
) -> None:
    """With exit status 1."""
    assert access([*words, "--home", str(home.folder)]) == 1
    assert message in capsys.readouterr().err


def test_a_home_that_is_not_there(home: Home, capsys: Output) -> None:
    """Is a mistake, and not one where nobody has asked."""
    for words in (["list"], ["allow", APP, "file"]):
        assert access([*words, "--home", str(home.folder / "no")]) == 1
        assert "start the service once" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["list", APP, "file"], ["allow"], ["deny", APP], ["deny", APP, "file", "--once"]],
)
def test_half_a_command_is_refused(words: list[str]) -> None:
    """With exit status 2, as argparse has it."""
    with pytest.raises(SystemExit, match="2"):
        access(words)
