"""The files of a first start."""

from __future__ import annotations

import pytest

from scanwright.configuration.first_files import configuration_text, write_first_files
from scanwright.configuration.ini import parse
from scanwright.configuration.reading import read_configuration
from scanwright.configuration.settings import SETTINGS
from scanwright.configuration.values import CertificateFiles, Configuration
from scanwright.home import Home


def test_the_first_file_says_the_defaults(home: Home) -> None:
    """Nothing is wrong with it, and nothing is changed by it."""
    write_first_files(home)
    reading = read_configuration(home)
    assert reading.configuration == Configuration()
    assert reading.problems == ()
    assert home.configuration.stat().st_mode & 0o777 == 0o600


def test_every_key_is_explained() -> None:
    """Each has a line, in force or as an example, behind its meaning."""
    lines = configuration_text().splitlines()
    for setting in SETTINGS:
        (line,) = [
            n
            for n, t in enumerate(lines)
            if t.lstrip(";").startswith(f"{setting.key}=")
        ]
        assert lines[line - 1].startswith("; ")
    assert max(map(len, lines)) <= 88


def test_every_example_may_be_uncommented(home: Home) -> None:
    """Without its semicolon each example is accepted."""
    text = "\n".join(
        line.removeprefix("; ").removeprefix(";")
        if "=" in line or "[scan" in line
        else line
        for line in configuration_text().splitlines()
    )
    home.configuration.write_text(text)
    reading = read_configuration(home)
    assert reading.problems == ()
    assert reading.configuration.domains == {
        "scan.example.com": CertificateFiles("scan.pem", "scan_key.pem")
    }


def test_the_service_has_a_name(home: Home) -> None:
    """It is in service.ini."""
    write_first_files(home)
    (entry,) = parse(home.service_ini.read_bytes()).entries
    assert (entry.section, entry.key) == ("Service", "name")
    assert entry.value


def test_what_is_there_stays(home: Home) -> None:
    """Not even an empty file is replaced."""
    home.configuration.write_text("")
    home.service_ini.write_text("[Service]\nname=Mine\n")
    write_first_files(home)
    assert home.configuration.read_text() == ""
    assert "Mine" in home.service_ini.read_text()


def test_a_home_that_cannot_be_written_is_no_reason_not_to_start(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    """Each file that is missing is told."""
    for file in (home.configuration, home.service_ini):
        file.with_name(f"{file.name}.new").mkdir()
    write_first_files(home)
    assert caplog.text.count("could not be written") == 2
    assert read_configuration(home).configuration == Configuration()
