"""The root of the lab: a minimal Debian without Python, built once and kept.

It lies in the user's cache folder, under a name that changes with everything that goes
into it. Machines use it as the lower layer of an overlay, so that nothing ever changes
in it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

__all__ = ["build_root", "missing"]

RELEASE: Final = "bookworm"
PACKAGES: Final = (
    "curl",  # how the tests ask the service, from inside
    "dbus",  # what a user's service manager needs
    "libnss3-tools",  # certutil: the browsers' databases
    "libpam-systemd",  # likewise
    "libsane1",  # drivers, and among them a virtual scanner
    "procps",  # who runs
    "rpm",  # the other kind of package
    "systemd-sysv",  # PID 1
)
FILES: Final = {
    # SANE's own virtual scanner is the only driver: fast, and the same everywhere.
    "etc/sane.d/dll.conf": "test\n",
    "etc/hostname": "lab\n",
}
MASKED: Final = ("apt-daily.timer", "apt-daily-upgrade.timer", "console-getty.service")
# Nobody reads manuals there, and after a power cut it is built again.
QUICK: Final = ("--dpkgopt=force-unsafe-io", "--dpkgopt=path-exclude=/usr/share/man/*")
BUILD_S: Final = 900
OVERLAY: Final = (
    "mkdir low up work root && "
    "mount -t overlay -o lowerdir=low,upperdir=up,workdir=work none root"
)
TOOLS: Final = {
    "mmdebstrap": "mmdebstrap",
    "unshare": "util-linux",
    "setpriv": "util-linux",
    "nsenter": "util-linux",
}


def missing() -> str | None:
    """Return why there can be no lab on this machine, or nothing."""
    for tool, package in TOOLS.items():
        if shutil.which(tool) is None:
            return f"{tool} is not installed: apt-get install {package}"
    if find_spec("PyInstaller") is None:
        return "PyInstaller is not installed: pip install --group package"
    if os.geteuid() != 0:
        return "a lab takes root rights: sudo make lab"
    probe = ["unshare", "--pid", "--fork", "--mount", "--net", "--cgroup", "sh", "-c"]
    with TemporaryDirectory() as folder:
        tried = subprocess.run(
            [*probe, OVERLAY], cwd=folder, capture_output=True, timeout=10, check=False
        )
    if tried.returncode:
        return "no namespaces or overlays here: a container takes --privileged for it"
    return None


def build_root(say: Callable[[str], None]) -> Path:
    """Return the root; builds it when it is not in the cache, which takes a minute."""
    cache = _cache_folder()
    root = cache / f"{RELEASE}-{_key()}"
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.exists():
            say(f"Building a minimal Debian for the lab, once: {root}")
            _build(root.with_suffix(".new"))
            root.with_suffix(".new").rename(root)
    return root


def _build(target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    command = ["mmdebstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}"]
    subprocess.run(
        [*command, *QUICK, "--quiet", RELEASE, str(target)],
        stdin=subprocess.DEVNULL,
        timeout=BUILD_S,
        check=True,
    )
    for name, text in FILES.items():
        (target / name).write_text(text, encoding="utf-8")
    for unit in MASKED:
        (target / "etc/systemd/system" / unit).symlink_to(os.devnull)


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "scanwright-lab"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _key() -> str:
    recipe = repr((RELEASE, PACKAGES, QUICK, FILES, MASKED))
    return hashlib.sha256(recipe.encode()).hexdigest()[:12]
