"""The data files of the package."""

from __future__ import annotations

import pytest

from scanwright_spec._data import read_text, read_toml


def test_text_and_tables_are_read_from_the_package() -> None:
    """Files are found wherever the package is installed, in their own order."""
    assert read_text("openapi.yaml").startswith("openapi:")
    assert next(iter(read_toml("areas.toml"))) == "PORTS"


def test_missing_file_is_an_error() -> None:
    """Nothing is read from anywhere else."""
    with pytest.raises(FileNotFoundError):
        read_text("nothing.toml")
