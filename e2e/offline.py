"""Installing Scanwright in a test as a document says it, and without a network.

pip builds the package as ever. What it would fetch is found where the tests have it.
"""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

__all__ = ["ROOT", "offline_environment"]

ROOT = Path(__file__).parent.parent


def offline_environment(folder: Path) -> dict[str, str]:
    """Return the environment of a shell in which `pip install` fetches nothing.

    `folder` is where caches and home of the programs lie.
    """
    return {
        **os.environ,
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        # pip reads this one the wrong way round: 0 is what switches isolation off
        "PIP_NO_BUILD_ISOLATION": "0",
        "PYTHONPATH": sysconfig.get_path("purelib"),
    }
