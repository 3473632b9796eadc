"""The real work of an add-on worker; its parts have tests of their own."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO

import numpy as np
import pytest

from scanwright.imaging.files.pages import PageIn
from scanwright.imaging.raster import Raster
from scanwright.processes.tools import NAMES, ImagingTools
from scanwright.protocol.edits import FindBorder, Invert
from scanwright.protocol.saving import FileType, SaveOptions

BLACK = Raster(np.zeros((20, 30), np.uint8))


@pytest.mark.parametrize("name", NAMES)
def test_every_worker_can_do_everything(name: str) -> None:
    """An edit, a question, a file, and its pages again."""
    tools = ImagingTools(name)
    tools.prepare()
    white = tools.apply(BLACK, Invert())
    assert white.samples.min() == 255
    assert tools.measure(white, FindBorder()).area is not None
    out, done = BytesIO(), list[int]()
    options = SaveOptions(FileType.PNG)
    tools.write_file([PageIn(white)], options, out, progress=done.append)
    assert done == [1]
    data = memoryview(out.getvalue())
    (page,) = tools.open_file(data, name="x", password="", resolution_dpi=200)
    assert np.array_equal(page.raster.samples, white.samples)


def test_a_file_goes_on() -> None:
    """Pages come behind those of a TIFF that is there."""
    tools, first, both = ImagingTools(NAMES[0]), BytesIO(), BytesIO()
    wish = SaveOptions(FileType.TIFF)
    tools.write_file([PageIn(BLACK)], wish, first, progress=lambda _: None)
    tools.write_file(
        [PageIn(BLACK)], wish, both, progress=lambda _: None, existing=first
    )
    data = memoryview(both.getvalue())
    pages = tools.open_file(data, name="x", password="", resolution_dpi=200)
    assert len(list(pages)) == 2


@pytest.mark.slow
def test_main_imports_no_codecs() -> None:
    """Who asks for the work does not carry what does it."""
    program = (
        "import sys, scanwright.processes.addons\n"
        "from scanwright.processes.addon_errors import failure\n"
        "from scanwright.processes.channel import Failed\n"
        "failure(Failed(-1, ''))\n"
        "print([m for m in ('numpy', 'PIL', 'pikepdf') if m in sys.modules])"
    )
    command = [sys.executable, "-c", program]
    shown = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert shown.stdout == b"[]\n"
