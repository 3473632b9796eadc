"""Takes the pictures of the web scanner that the documents show.

    .venv/bin/python docs/screens.py

They are what a test looks at: e2e/test_web_scanner.py opens the real page, with the
real service behind it, in all of these states.
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
TEST: Final = "test_web_scanner.py::test_everybody_can_use_it_in_every_state"
COLOURS: Final = 256


def main() -> int:
    """Run the test, and keep its pictures; return 1 when it fails."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", "-q", f"e2e/{TEST}"]
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
