"""How a problem is told."""

from __future__ import annotations

from pathlib import Path

from scanwright.configuration.values import Configuration, PortNumbers, Problem

FILE = Path("/home/DSConfiguration.ini")


def test_a_problem_is_one_sentence() -> None:
    """File, line, key, value, and what would be accepted."""
    problem = Problem(FILE, 12, "LogLevel", "99", "0, 1, 14")
    assert str(problem) == (
        "/home/DSConfiguration.ini, line 12: LogLevel=99 is not accepted. "
        "Accepted: 0, 1, 14."
    )


def test_a_problem_of_a_whole_file_has_no_line() -> None:
    """The file and the reason are all there is to say."""
    problem = Problem(FILE, 0, "", "", "a file", "cannot be read (Is a directory)")
    assert str(problem) == (
        "/home/DSConfiguration.ini: cannot be read (Is a directory). Accepted: a file."
    )


def test_a_value_cannot_play_with_the_terminal() -> None:
    """Control characters are shown, not sent; a long value is shown in part."""
    text = str(Problem(FILE, 1, "Server", "\x1b[2J\ud800" + "x" * 5000, "an address"))
    assert r"Server=\x1b[2J\ud800xxx" in text
    assert text.isprintable()
    assert len(text) < 400


def test_the_defaults_are_the_published_ones() -> None:
    """Four ports, normal log, loopback only, every origin, nobody is asked."""
    configuration = Configuration()
    assert configuration.ports == PortNumbers(18622, 18623, 18625, 18626)
    assert (configuration.log_level, configuration.server) == (1, None)
    assert configuration.policy.allows("https://anybody.example")
    assert not configuration.is_web_setup_enabled
    assert not configuration.prompts
