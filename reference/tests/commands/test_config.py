"""`scanwright config`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanwright.commands.config import config
from scanwright.configuration.first_files import write_first_files
from scanwright.home import Home

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home as a first start leaves it."""
    made = Home(tmp_path)
    made.create()
    write_first_files(made)
    return made


def run(home: Home, *words: str) -> int:
    """Run the command on a home."""
    return config([*words, "--home", str(home.folder)])


def test_what_is_set_is_what_is_got(home: Home, capsys: Captured) -> None:
    """The answer to `get` is the value and nothing else."""
    assert run(home, "set", "loglevel", "14") == 0
    assert capsys.readouterr().out.startswith("LogLevel=14. A running service takes")
    assert run(home, "get", "LogLevel") == 0
    assert capsys.readouterr().out == "14\n"
    assert run(home, "unset", "LogLevel") == 0
    assert capsys.readouterr().out.startswith("LogLevel=1.")


def test_a_change_that_needs_a_restart_says_so(home: Home, capsys: Captured) -> None:
    """In words and in JSON."""
    run(home, "set", "Port_mp_1", "28622")
    assert "must be restarted" in capsys.readouterr().out
    run(home, "set", "Server", "192.0.2.7", "--json")
    assert json.loads(capsys.readouterr().out) == {
        "key": "Server",
        "value": "192.0.2.7",
        "needs_restart": True,
        "file": str(home.user_configuration),
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["set", "LogLevel", "99"], "Accepted: 1 (normal), 14 (verbose), 0 (off)"),
        (["set", "LogLevl", "14"], "LogLevel (did you mean that?)"),
        (["get", "LogLevl"], "LogLevel (did you mean that?)"),
        (["unset", "DSVersion"], "read only"),
        (["set", "Port_mp_0", "18622"], "what Port_mp_1 says, too"),
    ],
)
def test_a_wrong_setting_says_what_is_accepted(
    home: Home, capsys: Captured, words: list[str], said: str
) -> None:
    """The status is 1, the message on standard error."""
    assert run(home, *words) == 1
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""


def test_a_locked_key_says_which_file_locks_it(home: Home, capsys: Captured) -> None:
    """The administrator's last word is not overruled."""
    drop_in = home.drop_ins / "10-site.ini"
    drop_in.write_text("[DS]\nLogLevel=0\n")
    assert run(home, "set", "LogLevel", "14") == 1
    assert f"{drop_in}, line 2" in capsys.readouterr().err
    run(home, "list")
    assert f"{drop_in}, line 2 (locked)" in capsys.readouterr().out


def test_the_list_says_where_values_are_from(home: Home, capsys: Captured) -> None:
    """File and line, or that it is the default."""
    run(home, "set", "Server", "192.0.2.7")
    capsys.readouterr()
    assert run(home, "list", "--json") == 0
    rows = {row["key"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["Server"]["file"] == str(home.user_configuration)
    assert rows["Server"]["line"] == 2
    assert rows["EnableFileAccessAuth"]["file"] is None
    assert rows["LogLevel"]["file"] == str(home.configuration)
    run(home, "list")
    shown = capsys.readouterr().out
    assert f"192.0.2.7             {home.user_configuration}, line 2\n" in shown
    assert "FALSE                 default\n" in shown


def test_the_paths_stand_in_their_order(home: Home, capsys: Captured) -> None:
    """Missing files are shown, too: that is where one would be put."""
    drop_in = home.drop_ins / "a.ini"
    drop_in.write_text("")
    assert run(home, "path") == 0
    assert capsys.readouterr().out.splitlines() == [
        str(home.configuration),
        f"{home.user_configuration} (not there)",
        str(home.drop_ins),
        str(drop_in),
    ]


def test_mistakes_are_found(home: Home, capsys: Captured) -> None:
    """With their lines; the status tells a script."""
    assert run(home, "check") == 0
    assert capsys.readouterr().out == "Nothing is wrong.\n"
    (home.drop_ins / "a.ini").write_text("[DS]\nLogLevel=99\n")
    assert run(home, "check") == 1
    assert "a.ini, line 2: LogLevel=99" in capsys.readouterr().out
    assert run(home, "check", "--json") == 1
    (problem,) = json.loads(capsys.readouterr().out)
    assert (problem["line"], problem["key"]) == (2, "LogLevel")


def test_a_file_can_be_checked_before_it_counts(
    home: Home, tmp_path: Path, capsys: Captured
) -> None:
    """Nothing of the home is looked at."""
    file = tmp_path / "new.ini"
    file.write_text("[DS]\nServer=here\n")
    assert run(home, "check", str(file)) == 1
    assert "new.ini, line 2: Server=here" in capsys.readouterr().out
    assert run(home, "check", str(tmp_path / "gone.ini")) == 1
    assert "No such file" in capsys.readouterr().out


def test_a_home_that_is_not_there_is_told(tmp_path: Path, capsys: Captured) -> None:
    """Its settings are the defaults; they cannot be changed."""
    home = Home(tmp_path / "nowhere")
    assert run(home, "get", "Port_mp_1") == 0
    assert capsys.readouterr().out == "18622\n"
    assert run(home, "set", "Port_mp_1", "20000") == 1
    assert "No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["set", "LogLevel"], ["get"], ["list", "x"], ["check", "a", "b"], ["x"]]
)
def test_a_wrong_call_says_how_it_is_called(
    home: Home, capsys: Captured, words: list[str]
) -> None:
    """The status is 2."""
    with pytest.raises(SystemExit, match="2"):
        run(home, *words)
    assert "usage:" in capsys.readouterr().err


def test_help_has_examples(capsys: Captured) -> None:
    """Who asks for help sees how it is used."""
    with pytest.raises(SystemExit, match="0"):
        config(["--help"])
    assert "scanwright config set LogLevel 14" in capsys.readouterr().out
