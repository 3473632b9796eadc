"""Files for the browser: the demo pages, the SDK, and packages of the service.

Only files of known types below their folder are served. The pages may load scripts and
styles from here alone, and talk to this server and to the service's ports.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from scanwright import __version__
from scanwright.demo.refusals import Refused
from scanwright.demo.settings import FIRST_SERVICE_PORT, DemoSettings
from scanwright.web.policy import page_policy

__all__ = ["Static"]

TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ts": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
}
ICON: Final = "icon.svg"
MANIFEST: Final = "installers.json"


@dataclass(frozen=True, slots=True)
class Static:
    """The handlers."""

    settings: DemoSettings

    def routes(self) -> list[web.RouteDef]:
        """Return the table of paths."""
        return [
            web.get("/", self.get_first_demo),
            web.get("/{area:demos|sdk}/{path:.*}", self.get_file),
            web.get(f"/{ICON}", self.get_icon),
            web.get("/installers/{name}", self.get_installer),
            web.get(f"/{MANIFEST}", self.get_manifest),
        ]

    async def get_first_demo(self, _request: web.Request) -> web.StreamResponse:
        """Lead to a demo; it must know a service that is not where services are."""
        base = self.settings.ports[0]
        query = "" if base == FIRST_SERVICE_PORT else f"?port={base}"
        raise web.HTTPFound(f"/demos/scanner/{query}")

    async def get_file(self, request: web.Request) -> web.StreamResponse:
        """A file of a demo or of the SDK; a folder's is its index."""
        root = (self.settings.web / request.match_info["area"]).resolve()
        path = request.match_info["path"]
        if not path or path.endswith("/"):
            path += "index.html"
        if "\0" in path:
            raise _unknown()
        file = (root / path).resolve()
        if file.is_dir() and file.is_relative_to(root):
            raise web.HTTPMovedPermanently(f"{request.path}/")
        kind = TYPES.get(file.suffix)
        if kind is None or not file.is_relative_to(root) or not file.is_file():
            raise _unknown()
        # Changed files are to be seen at once; unchanged ones are answered 304.
        headers = {"Content-Type": kind, "Cache-Control": "no-cache"}
        headers["Content-Security-Policy"] = page_policy(
            self.settings.ports, self.settings.imports
        )
        return web.FileResponse(file, headers=headers)

    async def get_icon(self, _request: web.Request) -> web.StreamResponse:
        """Send the picture that stands for the pages in a tab."""
        headers = {"Content-Type": TYPES[".svg"]}
        return web.FileResponse(self.settings.web / ICON, headers=headers)

    async def get_manifest(self, _request: web.Request) -> web.StreamResponse:
        """List the packages."""
        return web.json_response(
            self._manifest(), headers={"Cache-Control": "no-cache"}
        )

    async def get_installer(self, request: web.Request) -> web.StreamResponse:
        """Send a package that the list names."""
        name = request.match_info["name"]
        if name == MANIFEST:
            return await self.get_manifest(request)
        folder = self.settings.installers
        manifest = self._manifest()
        if not folder or name not in {file["name"] for file in manifest["files"]}:
            raise _unknown()
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f'attachment; filename="{name}"',
        }
        return web.FileResponse(folder / name, headers=headers)

    def _manifest(self) -> dict[str, Any]:
        folder = self.settings.installers
        if folder is None:
            # Every page asks, and that none are offered is no error.
            return {"version": __version__, "files": []}
        path = folder / MANIFEST
        try:
            manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
            known = [f for f in manifest["files"] if _is_there(folder, f["name"])]
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise Refused(
                404, "no-installers", f"{path} lists no packages: {error}"
            ) from error
        return {**manifest, "files": known}


def _is_there(folder: Path, name: str) -> bool:
    return name == Path(name).name and (folder / name).is_file()


def _unknown() -> Refused:
    return Refused(404, "unknown-path", "There is no such file.")
