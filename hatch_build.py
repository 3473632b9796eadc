"""Puts the compiled SANE backend into wheels, and beside its sources in a checkout.

Without a C compiler that works the package is built all the same, for any machine: the
simulators then say what to install when somebody wants SANE devices.
"""

from __future__ import annotations

import importlib.util
import sysconfig
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "scanwright_simulators/faces/sane"


class SaneBackendHook(BuildHookInterface[Any]):
    """Compiles `libsane-scanwright.so.1` for wheels and editable installs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the library to what is built, with the tag of this platform."""
        if self.target_name != "wheel":
            return
        build = _compiler(Path(self.root))
        if version == "editable":
            self._compile(build, build.SOURCES.parent / build.LIBRARY)
            return
        self._folder = tempfile.TemporaryDirectory(prefix="scanwright-")
        library = Path(self._folder.name) / build.LIBRARY
        if self._compile(build, library):
            build_data["force_include"][str(library)] = f"{PACKAGE}/{build.LIBRARY}"
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{_platform()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact: str) -> None:
        """Remove what was compiled on the way."""
        del version, build_data, artifact
        if hasattr(self, "_folder"):
            self._folder.cleanup()

    def _compile(self, build: ModuleType, target: Path) -> bool:
        try:
            build.compile_to(target)
        except (build.CompilerError, OSError) as error:
            self.app.display_warning(f"Virtual SANE scanners are left out. {error}")
            return False
        return True


def _compiler(root: Path) -> ModuleType:
    """Load the module that compiles, without the package around it."""
    path = root / "simulators/src" / PACKAGE / "build.py"
    spec = importlib.util.spec_from_file_location("sane_backend_build", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _platform() -> str:
    return sysconfig.get_platform().replace("-", "_").replace(".", "_")
