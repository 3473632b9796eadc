"""Looking at the configuration."""

from __future__ import annotations

from scanwright.commands.checks.finding import State
from scanwright.commands.checks.settings import check_configuration
from scanwright.configuration.first_files import write_first_files
from scanwright.home import Home


def test_nothing_special_is_one_line(home: Home) -> None:
    """A first start's files say the defaults."""
    write_first_files(home)
    (finding,) = check_configuration(home)
    assert (finding.state, finding.text) == (State.OK, "every key has its default")


def test_a_mistake_is_a_problem_and_a_value_has_a_source(home: Home) -> None:
    """File and line of both."""
    home.configuration.write_text("[DS]\nLogLevel=99\nServer=192.0.2.7\n")
    wrong, right = check_configuration(home)
    assert wrong.state is State.PROBLEM
    assert f"{home.configuration}, line 2: LogLevel=99" in wrong.text
    assert right.text == f"Server=192.0.2.7 ({home.configuration}, line 3)"
