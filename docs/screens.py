"""Takes the pictures of the web scanner and the manager that the documents show.

    .venv/bin/python docs/screens.py

They are what tests look at: those open the real pages, with the real service behind
them, in all of these states.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PIL import Image

FOLDER: Final = Path(__file__).parent
TESTS: Final = (
    "e2e/test_web_scanner.py::test_everybody_can_use_it_in_every_state",
    "e2e/test_manager_pages.py::test_everybody_can_use_the_pages",
)
COLOURS: Final = 256


def main() -> int:
    """Run the tests, and keep their pictures; return 1 when one fails."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", "-q", *TESTS]
        environment = {**os.environ, "SCANWRIGHT_SCREENS": folder}
        done = subprocess.run(
            command, cwd=FOLDER.parent, env=environment, check=False
        ).returncode
        pictures = sorted(Path(folder).iterdir())
        for picture in pictures:
            keep(picture)
    return 0 if done == 0 and pictures else 1


def keep(file: Path) -> None:
    """Put a picture beside the documents, in as many colours as a PNG can list."""
    picture = Image.open(file).convert("RGB")
    picture.quantize(COLOURS).save(FOLDER / file.name, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
