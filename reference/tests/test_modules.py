"""Modules side by side: what is there, and which one is used."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest

from scanwright import __version__
from scanwright.errors import ModuleMissing
from scanwright.modules import GROUP, Registry, registry

Point = Callable[[str, str], EntryPoint]


@pytest.fixture
def point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Point:
    """Return a maker of entry points to modules with a given source."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(name: str, source: str) -> EntryPoint:
        file = f"module_{name.replace('-', '_').replace('.', '_')}"
        monkeypatch.delitem(sys.modules, file, raising=False)
        (tmp_path / f"{file}.py").write_text(source)
        return EntryPoint(name, file, GROUP)

    return make


def test_what_this_installation_has() -> None:
    """Each module has the version of the package that it comes with."""
    assert registry().versions() == {
        name: [__version__] for name in ("core", "imaging", "storage")
    }


def test_what_is_missing_is_told_too() -> None:
    """All modules of the interface are there; those without versions are missing."""
    modules = {module.name: module for module in registry().modules()}
    assert list(modules) == [
        "core",
        "imaging",
        "storage",
        "barcode",
        "pdf",
        "webcam",
        "uploader",
    ]
    assert modules["barcode"].versions == ()
    assert modules["barcode"].purpose == "reads barcodes on pages"


def test_loading_gives_the_module() -> None:
    """It is imported now, not when it was listed."""
    assert isinstance(registry().load("imaging"), ModuleType)


def test_several_versions_stand_side_by_side(point: Point) -> None:
    """The highest comes first, by number and not by letter."""
    points = [point("barcode-1.9", ""), point("barcode-1.10", "")]
    assert Registry(points).versions() == {"barcode": ["1.10", "1.9"]}


def test_listing_imports_nothing(point: Point) -> None:
    """A module that nobody uses costs nothing, and cannot fail."""
    listed = Registry([point("pdf-1.0", "raise ImportError")]).versions()
    assert listed == {"pdf": ["1.0"]}
    assert "module_pdf_1_0" not in sys.modules


def test_the_highest_that_fits_is_used(point: Point) -> None:
    """One for another interface and one that cannot be imported are passed over."""
    modules = Registry(
        [
            point("pdf-1.0", "NAME = 'one'"),
            point("pdf-2.0", "MODULE_INTERFACE = 2"),
            point("pdf-3.0", "import nowhere"),
        ]
    )
    assert modules.load("pdf").__name__ == "module_pdf_1_0"


@pytest.mark.parametrize("name", ["pdf", "nonsense"])
def test_a_missing_module_is_an_error(name: str) -> None:
    """404 / -1126, as its endpoints answer."""
    with pytest.raises(ModuleMissing, match=name):
        Registry([]).load(name)
