"""A web-scan service without scanners, on the standard library alone.

It has the wire of the specification: ports, hosts, origins, errors, settings, version,
and the listing, which is empty. It was written from the clauses and from openapi.yaml,
and shares no code with any other implementation: where two that do not know each other
agree with the suite, the suite has hardly read its own wishes into the specification.

    python tiny_service.py [--port 0] [--allow-origin ORIGIN ...] [--flaw]

It prints one JSON line with its address when it answers, and ends on SIGINT or SIGTERM.
"""
# ruff: noqa: INP001 - a script, and no package

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import resource
import signal
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import uuid4

from tiny_http import (  # type: ignore[import-not-found]  # beside this script
    GENERAL_FAILURE,
    HEAD_LIMIT,
    Answer,
    Connection,
    Refusal,
    Request,
    invalid,
)
from tiny_members import (  # type: ignore[import-not-found]  # beside this script
    JOB_CREATION,
    SETTINGS,
    JsonObject,
    Wrong,
)

LOOPBACK: Final = re.compile(
    r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE
)
ALLOWED_HEADERS: Final = (
    "Content-Type, DWT-PRODUCT-KEY, DWT-DOC-PASSWORD, "
    "X-DICS-LICENSE-KEY, X-DICS-DOC-PASSWORD"
)

SOURCE_NOT_FOUND: Final = -1003
OUT_OF_SEQUENCE: Final = -1011
UNKNOWN_JOB: Final = -1034
MODULE_MISSING: Final = -1126
METHOD_NOT_ALLOWED: Final = -2112
ORIGIN_REFUSED: Final = -2137
ACCESS_BLOCKED: Final = -2909

Handler = Callable[[Request, str], Answer]


class Service:
    """What the service knows, and how it answers."""

    def __init__(self, allowed: frozenset[str], *, is_flawed: bool = False) -> None:
        self.allowed = allowed
        self.is_flawed = is_flawed
        self.log_level = 1
        self.jobs: dict[str, str] = {}
        jobs = "/api/device/scanners/jobs"
        documents = "/api/storage/documents"
        missing = self.module_missing
        self.routes: dict[str, dict[str, Handler]] = {
            "/api/server": {"GET": self.settings, "PATCH": self.change},
            "/api/server/version": {"GET": self.version},
            "/api/device/scanners": {"GET": self.scanners},
            jobs: {"POST": self.create_job},
            f"{jobs}/*": {
                "GET": self.job,
                "PATCH": self.change_job,
                "DELETE": self.delete_job,
            },
            f"{jobs}/*/scanner/capabilities": {"GET": self.not_pending},
            f"{jobs}/*/scanner/settings": {"GET": self.not_pending},
            f"{jobs}/*/next-page-info": {"GET": self.no_page},
            f"{jobs}/*/next-page": {"GET": self.no_page},
            f"{jobs}/*/content": {"GET": self.no_page},
            documents: {"POST": missing},
            f"{documents}/*": {"GET": missing, "PATCH": missing, "DELETE": missing},
            f"{documents}/*/content": {"GET": missing},
            f"{documents}/*/pages": {"POST": missing},
            f"{documents}/*/pages/*": {"DELETE": missing},
            "/api/process/read-barcode": {"POST": missing},
            "/api/process/check-blank": {"POST": missing},
        }

    def answer(self, request: Request) -> Answer:
        """Answer a request, whatever it is."""
        try:
            found = self.answer_or_refuse(request)
        except Refusal as refusal:
            found = refusal.answer
        origin = request.header("origin")
        found.headers["Vary"] = "Origin"
        if origin is not None and self.is_allowed(origin):
            found.headers["Access-Control-Allow-Origin"] = origin
        return found

    def answer_or_refuse(self, request: Request) -> Answer:
        """Look at host, origin, path, method and body, in this order."""
        if not LOOPBACK.fullmatch(request.host):
            raise Refusal(403, ACCESS_BLOCKED, "Call 127.0.0.1 or localhost.")
        origin = request.header("origin")
        if origin is not None and not self.is_allowed(origin):
            raise Refusal(403, ORIGIN_REFUSED, "This origin is not on the list.")
        methods, name = self.route(request.path)
        asked = request.header("access-control-request-method")
        if request.method == "OPTIONS" and origin is not None and asked is not None:
            return preflight(request, methods)
        method = request.method
        if self.is_flawed and method == "HEAD":
            method = "GET"
        if method not in methods:
            allow = ", ".join(methods)
            message = f"Use {allow}."
            raise Refusal(405, METHOD_NOT_ALLOWED, message, Allow=allow)
        if request.problem is not None:
            raise request.problem
        return methods[method](request, name)

    def is_allowed(self, origin: str) -> bool:
        """Tell whether pages of an origin may call; without a list all may."""
        return not self.allowed or origin in self.allowed

    def route(self, path: str) -> tuple[dict[str, Handler], str]:
        """Return the methods of a path and the name in it; * stands for a name."""
        for pattern, methods in self.routes.items():
            expression = re.escape(pattern).replace(r"\*", "([^/]+)")
            if found := re.fullmatch(expression, path):
                return methods, found[1] if found.groups() else ""
        raise Refusal(404, GENERAL_FAILURE, "There is nothing at this path.")

    def settings(self, _: Request, __: str) -> Answer:
        """Read the settings."""
        return Answer(200, {"logLevel": self.log_level})

    def change(self, request: Request, _: str) -> Answer:
        """Change settings; what is absent stays as it is."""
        self.log_level = int(checked(request, SETTINGS).get("logLevel", self.log_level))
        return Answer(200, {"logLevel": self.log_level})

    def version(self, _: Request, __: str) -> Answer:
        """Read the versions."""
        modules = {"core": ["1.0.0"]}
        body = {"version": "20260602", "compatible": True, "moduleVersions": modules}
        return Answer(200, body)

    def scanners(self, request: Request, _: str) -> Answer:
        """List the scanners, of which there are none."""
        for mask in request.query.get("type", []):
            if not re.fullmatch("[0-9]{1,18}", mask):
                raise invalid("type is no mask of device types.")
        return Answer(200, [])

    def create_job(self, request: Request, _: str) -> Answer:
        """Create a job; as there is no scanner, it has faulted already."""
        wanted = checked(request, JOB_CREATION)
        uid = str(uuid4())
        self.jobs[uid] = "faulted"
        scanner = {"name": "", "type": 0x100, "device": str(wanted.get("device", ""))}
        return Answer(201, {"jobuid": uid, "status": "faulted", "scanner": scanner})

    def job(self, _: Request, uid: str) -> Answer:
        """Read the state of a job."""
        self.expect_job(uid)
        message = "No scanner is attached."
        body = {"status": "faulted", "code": SOURCE_NOT_FOUND, "message": message}
        return Answer(200, body)

    def change_job(self, request: Request, uid: str) -> Answer:
        """Refuse to start or cancel a job that has faulted."""
        self.expect_job(uid)
        if request.json().get("status") not in {"running", "canceled"}:
            raise invalid("status is neither running nor canceled.")
        raise Refusal(409, OUT_OF_SEQUENCE, "The job has faulted.")

    def delete_job(self, _: Request, uid: str) -> Answer:
        """Delete a job."""
        self.expect_job(uid)
        self.jobs[uid] = "deleted"
        return Answer(204)

    def not_pending(self, _: Request, uid: str) -> Answer:
        """Refuse what only a pending job can tell."""
        self.expect_job(uid)
        raise Refusal(409, OUT_OF_SEQUENCE, "The job is not pending.")

    def no_page(self, _: Request, uid: str) -> Answer:
        """Refuse a page of a job that faulted before its first one."""
        self.expect_job(uid)
        raise Refusal(409, SOURCE_NOT_FOUND, "No scanner is attached.")

    def module_missing(self, _: Request, __: str) -> Answer:
        """Refuse the endpoints of modules."""
        raise Refusal(404, MODULE_MISSING, "The module is not installed.")

    def expect_job(self, uid: str) -> None:
        """Object when there is no such job."""
        if uid not in self.jobs:
            raise Refusal(404, UNKNOWN_JOB, "No job has this id.")
        if self.jobs[uid] == "deleted":
            raise Refusal(410, UNKNOWN_JOB, "The job was deleted.")


def checked(request: Request, members: Mapping[str, Any]) -> JsonObject:
    """Return the body when every member that is defined has a possible value."""
    body = request.json()
    for name, rule in members.items():
        if name in body:
            try:
                rule(name, body[name])
            except Wrong as wrong:
                raise invalid(str(wrong)) from None
    return body


def preflight(request: Request, methods: Mapping[str, Handler]) -> Answer:
    """Answer what a browser asks before the request itself."""
    headers = {
        "Access-Control-Allow-Methods": ", ".join(methods),
        "Access-Control-Allow-Headers": ALLOWED_HEADERS,
    }
    if request.header("access-control-request-private-network") == "true":
        headers["Access-Control-Allow-Private-Network"] = "true"
    return Answer(204, headers=headers)


async def run(service: Service, port: int) -> None:
    """Serve until a signal says that it is enough."""

    async def accept(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await Connection(service.answer, reader, writer).serve()

    loop = asyncio.get_running_loop()
    enough = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, enough.set)
    server = await asyncio.start_server(
        accept, "127.0.0.1", port, limit=HEAD_LIMIT, backlog=1024
    )
    number = server.sockets[0].getsockname()[1]
    said = {"api": f"http://127.0.0.1:{number}", "pid": os.getpid()}
    print(json.dumps(said), flush=True)
    await enough.wait()
    server.close()


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(description="A web-scan service without scanners.")
    parser.add_argument("--port", type=int, default=0, help="0 chooses a free one")
    parser.add_argument("--allow-origin", action="append", default=[])
    parser.add_argument("--flaw", action="store_true", help="break one clause")
    given = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    service = Service(frozenset(given.allow_origin), is_flawed=given.flaw)
    asyncio.run(run(service, given.port))


if __name__ == "__main__":
    main()
