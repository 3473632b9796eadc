"""Files that a page loads: the SDK, the viewer and the demos, as they are packaged.

Only files that are in the package's folder are served, and only kinds that a page
loads. They may be kept by a browser, but are asked for anew: a service that was
upgraded is to be met with its own SDK.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from aiohttp import hdrs, web

from scanwright.errors import UnknownPath
from scanwright.http.routes import Endpoints

__all__ = ["StaticFiles"]

TYPES: Final = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
INDEX: Final = "index.html"


@dataclass(frozen=True, slots=True)
class StaticFiles:
    """The files below `folder`, served below `prefix` (`/sdk`)."""

    prefix: str
    folder: Path
    policy: Callable[[], str] = lambda: "default-src 'none'"
    """The Content-Security-Policy of pages, asked at each request."""
    names: str = ".*"
    """A regular expression: all others are no paths of ours."""

    def endpoints(self) -> Endpoints:
        """Return the table of paths."""
        path = f"{self.prefix}/{{path:{self.names}}}"
        return {path: {"GET": self.get, "HEAD": self.get}}

    async def get(self, request: web.Request) -> web.StreamResponse:
        """Send a file, or say that it has not changed."""
        path = self._find(request.match_info["path"])
        body = path.read_bytes()
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {
            hdrs.ETAG: tag,
            hdrs.CACHE_CONTROL: "no-cache",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if request.headers.get(hdrs.IF_NONE_MATCH) == tag:
            return web.Response(status=304, headers=headers)
        kind = TYPES[path.suffix]
        if kind == "text/html":
            headers["Content-Security-Policy"] = self.policy()
        return web.Response(
            body=body, content_type=kind, charset="utf-8", headers=headers
        )

    def _find(self, name: str) -> Path:
        parts = PurePosixPath(name or INDEX).parts
        path = self.folder.joinpath(*parts)
        if name.endswith("/"):
            path /= INDEX
        is_plain = all(not part.startswith((".", "/")) for part in parts)
        if not is_plain or path.suffix not in TYPES or not path.is_file():
            raise UnknownPath(f"There is no {self.prefix}/{name[:200]} here.")
        return path
