"""The paths of generation 1, for older clients.

Implements: GEN1-scanners, GEN1-create, GEN1-next, GEN1-end, GEN1-delete, GEN1-timeout,
GEN1-method-not-allowed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from aiohttp import web

from scanwright.errors import InvalidParameter, JobDeleted
from scanwright.http.api import Api, check_licence, log_unknown, origin
from scanwright.http.routes import Endpoints
from scanwright.protocol.members import parse_object, query_integer
from scanwright.protocol.requests import (
    DEFAULT_FAILURE_TIMEOUT_S,
    MAX_FAILURE_TIMEOUT_S,
    parse_job_request,
)

__all__ = ["Generation1"]

JOBS = "/DWTAPI/ScanJobs"


@dataclass(frozen=True, slots=True)
class Generation1:
    """The handlers; they share jobs and pages with generation 2."""

    api: Api

    def endpoints(self) -> Endpoints:
        """Return the table of paths."""
        return {
            "/DWTAPI/Scanners": {"GET": self.api.list_scanners},
            JOBS: {"POST": self.create_job},
            f"{JOBS}/{{job}}": {"DELETE": self.delete_job},
            f"{JOBS}/{{job}}/NextDocument": {"GET": self.next_document},
        }

    async def create_job(self, request: web.Request) -> web.StreamResponse:
        """Create a job that runs at once; the answer is its bare id."""
        timeout_s = query_integer(request.query, "timeout")
        if timeout_s is None:
            timeout_s = DEFAULT_FAILURE_TIMEOUT_S
        if not 1 <= timeout_s <= MAX_FAILURE_TIMEOUT_S:
            raise InvalidParameter(
                f"Query parameter timeout must be from 1 to {MAX_FAILURE_TIMEOUT_S}.",
            )
        members = parse_object(await request.read())
        key = members.text("license")
        wanted = parse_job_request(members)
        log_unknown(members)
        check_licence(self.api.licence_key, [key])
        wanted = replace(wanted, auto_run=True, failure_timeout_s=timeout_s)
        job = await self.api.jobs.create(wanted, origin(request))
        return web.Response(status=201, text=job.uid)

    async def next_document(self, request: web.Request) -> web.StreamResponse:
        """Send the next page as a JPEG; 410 when there are no more."""
        job = self.api.jobs.get(request.match_info["job"], origin(request))
        page = await self.api.next_image(job, "image/jpeg")
        if page is None:
            raise JobDeleted("There are no more pages.")
        return await self.api.send(request, page, "image/jpeg")

    async def delete_job(self, request: web.Request) -> web.StreamResponse:
        """Delete a job; a running scan ends."""
        job = self.api.jobs.get(request.match_info["job"], origin(request))
        self.api.jobs.delete(job)
        return web.Response(status=200)
