"""The SDK as a package of npm: its types hold together, and what is in it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from nodejs import node_environment, node_program

import scanwright.web
from scanwright import __version__

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

SDK = Path(scanwright.web.__file__).parent / "sdk"
ROOT = Path(__file__).parents[3]
TYPESCRIPT = "typescript@5.9"
TIMEOUT_S = 300
STRICT = (
    *("--noEmit", "--strict", "--target", "es2022", "--lib", "es2023,dom,dom.iterable"),
    *("--module", "es2022", "--moduleResolution", "bundler"),
)
USES = """\
import { connect, upload } from "@scanwright/sdk";
import type { Change, FileSource, Image, Reason, UploadOptions } from "@scanwright/sdk";
import type { ImageRef } from "@scanwright/sdk";
import { ScanwrightViewer } from "@scanwright/sdk/viewer";

const session = await connect();
const first: Image | undefined = session.buffer.images[0];
const reasons: Reason[] = ["not-installed", "busy"];
session.addEventListener("lost", ({ detail }) => alert(detail.images.length));
session.addEventListener("disklow", ({ detail }) => alert(detail.freeBytes / 2));
session.addEventListener("some other", (event: Event) => console.log(event.type));
const heard = ({ detail }: CustomEvent<Change>) => alert(detail.options?.maximum);
session.buffer.addEventListener("change", heard, { once: true });
session.buffer.removeEventListener("change", heard);
const target: EventTarget = session;
const viewer = document.querySelector("scanwright-viewer");
if (viewer) viewer.session = session;
const made: ScanwrightViewer = document.createElement("scanwright-viewer");
const request: RequestInit = { credentials: "include" };
const sources: FileSource[] = [new Uint8Array(3), { base64: "" }, { url: "", request }];
const options: UploadOptions = { url: "/documents" };
const refs: ImageRef[] = ["0".repeat(12), ...session.buffer.images];
await session.files.save(refs, { type: "application/pdf" });
const { deviation } = await session.edit.measureBlank("0".repeat(12));
console.log(first, reasons, target, made, sources, upload, options);
console.log(deviation?.toFixed());
"""
WRONG_USES = """\
import { connect, type Reason } from "@scanwright/sdk";
import "@scanwright/sdk/viewer";
const session = await connect();
export const reason: Reason = "offline";
session.addEventListener("lost", ({ detail }) => detail.pages);
session.buffer.addEventListener("change", ({ detail }) => detail.kind);
document.querySelector("scanwright-viewer")!.session = 7;
"""


def run(folder: Path, *command: str) -> str:
    """Run a program of Node there; return what it prints, or fail with it."""
    done = subprocess.run(
        [node_program(command[0]), *command[1:]],
        cwd=folder,
        env=node_environment(),
        capture_output=True,
        check=False,
        text=True,
        timeout=TIMEOUT_S,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tsc(tmp_path_factory: pytest.TempPathFactory) -> str:
    """TypeScript, in a folder of its own."""
    folder = tmp_path_factory.mktemp("typescript")
    cache = f"--cache={folder / 'cache'}"
    run(folder, "npm", "install", "--no-audit", "--no-fund", cache, TYPESCRIPT)
    return str(folder / "node_modules" / ".bin" / "tsc")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The SDK where it may be changed."""
    return copy_to(tmp_path)


def copy_to(folder: Path) -> Path:
    """Copy the SDK, without what packing may have left there."""
    made = shutil.ignore_patterns("types", "node_modules", "*.tgz")
    return Path(shutil.copytree(SDK, folder / "sdk", ignore=made))


@pytest.fixture(scope="module")
def project(tsc: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of somebody else, with the package as npm makes and installs it."""
    folder = tmp_path_factory.mktemp("project")
    copy = copy_to(folder)
    modules = Path(tsc).parents[1]
    # `prepack` finds TypeScript there, if it asks for the version that is tried.
    shutil.copytree(modules, copy / "node_modules", symlinks=True)
    offline = ("--offline", f"--cache={folder / 'cache'}")
    run(copy, "npm", "pack", *offline, f"--pack-destination={folder}")
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    (archive,) = folder.glob("*.tgz")
    run(folder, "npm", "install", "--no-audit", *offline, f"./{archive.name}")
    return folder


def test_types_are_strict_and_clean(tsc: str) -> None:
    """TypeScript has nothing to say in strict mode."""
    assert run(SDK, tsc, "-p", ".") == ""


def test_a_wrong_use_is_found(tsc: str, copy: Path) -> None:
    """Whoever misspells a reason or forgets a null is told."""
    wrong = (
        'import { connect, ConnectError } from "./index.js";\n'
        "const session = await connect({ httpPort: '18622' });\n"
        "session.buffer.current.length;\n"
        "session.buffer.images.pop();\n"
        "try { await connect(); } catch (error) {\n"
        "  if (error instanceof ConnectError) console.log("
        'error.reason === "offline");\n'
        "}\n"
    )
    (copy / "wrong.js").write_text(wrong)
    done = subprocess.run(
        [tsc, "-p", "."], cwd=copy, capture_output=True, check=False, text=True
    )
    lines = done.stdout.splitlines()
    places = {line.partition(",")[0] for line in lines if line.startswith("wrong")}
    assert places == {f"wrong.js({line}" for line in (2, 3, 4, 6)}


def test_declarations_can_be_made(tsc: str, copy: Path) -> None:
    """What users of TypeScript need is made of the comments."""
    emit = ("--noEmit", "false", "--declaration", "--emitDeclarationOnly")
    run(copy, tsc, "-p", ".", *emit, "--outDir", "types")
    declared = (copy / "types" / "connect.d.ts").read_text()
    assert "export function connect(" in declared
    assert "Promise<Scanwright>" in declared


def test_the_sample_of_the_documentation_compiles(tsc: str, project: Path) -> None:
    """What the page on the SDK shows users of TypeScript holds for the package."""
    text = (ROOT / "docs" / "SDK.md").read_text("utf-8")
    samples = re.findall(r"^```ts\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert samples
    for place, sample in enumerate(samples):
        (project / f"sample{place}.ts").write_text(sample)
    names = [f"sample{place}.ts" for place in range(len(samples))]
    assert run(project, tsc, *STRICT, *names) == ""


@pytest.mark.parametrize("resolution", ["bundler", "nodenext"])
def test_types_of_the_package_are_within_reach(
    tsc: str, project: Path, resolution: str
) -> None:
    """Types can be imported; events and elements are known by their names."""
    (project / "uses.ts").write_text(USES)
    module = "nodenext" if resolution == "nodenext" else "es2022"
    how = (*STRICT, "--module", module, "--moduleResolution", resolution)
    assert run(project, tsc, *how, "uses.ts") == ""


def test_a_wrong_use_of_the_package_is_found(tsc: str, project: Path) -> None:
    """The types are no `any`."""
    (project / "wrong.ts").write_text(WRONG_USES)
    done = subprocess.run(
        [tsc, *STRICT, "wrong.ts"],
        cwd=project,
        env=node_environment(),
        capture_output=True,
        check=False,
        text=True,
    )
    found = re.findall(r"^wrong\.ts\((\d+),", done.stdout, re.MULTILINE)
    assert found == ["4", "5", "6", "7"]


def test_the_package_holds_what_belongs_in_it(project: Path) -> None:
    """Modules, styles, types, README, licence; no compiler's settings, no tests."""
    package = project / "node_modules" / "@scanwright" / "sdk"
    files = [path for path in package.rglob("*") if path.is_file()]
    names = {path.relative_to(package).as_posix() for path in files}
    sources = {path.relative_to(SDK).as_posix() for path in SDK.rglob("*.js")}
    assert names >= sources | {"package.json", "README.md", "viewer/viewer.css"}
    assert {f"types/{name[:-3]}.d.ts" for name in sources} <= names
    assert not {name for name in names if name.endswith((".mjs", ".py"))}
    assert "tsconfig.json" not in names
    assert (package / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_every_type_is_exported(project: Path) -> None:
    """No word of the interface has to be imported from within."""
    types = project / "node_modules" / "@scanwright" / "sdk" / "types"
    named = re.compile(r"^export type (\w+)", re.MULTILINE)
    words = set(named.findall((types / "types.d.ts").read_text()))
    assert len(words) > 40
    assert words <= set(named.findall((types / "index.d.ts").read_text()))


def test_it_may_be_published() -> None:
    """A package of a scope is private to npm, unless it says that it is public."""
    described = json.loads((SDK / "package.json").read_text())
    assert described["publishConfig"] == {"access": "public"}
    compiler = [line for line in described["scripts"].values() if "tsc" in line]
    assert all(f"npx -p {TYPESCRIPT} tsc" in line for line in compiler)
    assert len(compiler) == 2


def test_the_version_is_that_of_the_service() -> None:
    """SDK and service are released together."""
    assert json.loads((SDK / "package.json").read_text())["version"] == __version__
