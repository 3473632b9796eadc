"""The REST interface of generation 2: endpoints 1 to 13, and what the rest would need.

Handlers read a request, ask the owner of the jobs, and spell the answer; every decision
is taken in scanwright.protocol.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from aiohttp import hdrs, web

from scanwright.buffer.pages import PageStore
from scanwright.buffer.vault import PageGone
from scanwright.errors import (
    InvalidParameter,
    JobDeleted,
    LicenceRefused,
    ModuleMissing,
    OutOfSequence,
)
from scanwright.http.answers import image_response, json_response
from scanwright.http.routes import Endpoints, Handler
from scanwright.jobs.job import Job, Page
from scanwright.jobs.registry import Jobs
from scanwright.log import LogLevel, current_level, set_level
from scanwright.modules import registry
from scanwright.protocol.capabilities import capability_details
from scanwright.protocol.jobs import Status
from scanwright.protocol.members import (
    Members,
    parse_object,
    query_flag,
    query_integer,
)
from scanwright.protocol.pages import page_info
from scanwright.protocol.requests import device_to_string, parse_job_request
from scanwright.protocol.scanning import DEFAULT_TYPES, DeviceId, DeviceType
from scanwright.protocol.settings import encode_profile

__all__ = ["Api", "check_licence", "log_unknown", "scanner_object"]

logger = logging.getLogger(__name__)

API_VERSION: Final = "20260602"
"""Edition of the published reference that this implementation follows."""

JOBS: Final = "/api/device/scanners/jobs"
IMAGE_TYPES: Final = ("image/png", "image/jpeg")
LICENCE_HEADERS: Final = ("DWT-PRODUCT-KEY", "X-DICS-LICENSE-KEY")

MISSING: Final = {
    "/api/storage/documents": ("storage", ("POST",)),
    "/api/storage/documents/{document}": ("storage", ("GET", "PATCH", "DELETE")),
    "/api/storage/documents/{document}/content": ("storage", ("GET",)),
    "/api/storage/documents/{document}/pages": ("storage", ("POST",)),
    "/api/storage/documents/{document}/pages/{page}": ("storage", ("DELETE",)),
    "/api/process/read-barcode": ("barcode", ("POST",)),
    "/api/process/check-blank": ("imaging", ("POST",)),
}
"""Endpoints 14 to 22, with the module that each needs: where that is there, others
answer them."""


@dataclass(frozen=True, slots=True)
class Api:
    """The handlers. `licence_key` None accepts every key, and none.

    Modules that are named by `without` are not told of as installed.
    """

    jobs: Jobs
    store: PageStore
    licence_key: str | None = None
    without: frozenset[str] = frozenset()

    def endpoints(self) -> Endpoints:
        """Return the table of paths."""
        job = f"{JOBS}/{{job}}"
        missing = {
            path: {method: _missing(module) for method in methods}
            for path, (module, methods) in MISSING.items()
        }
        return {
            "/api/server": {"GET": self.get_server, "PATCH": self.patch_server},
            "/api/server/version": {"GET": self.get_version},
            "/api/device/scanners": {"GET": self.list_scanners},
            JOBS: {"POST": self.create_job},
            job: {
                "GET": self.get_job,
                "PATCH": self.patch_job,
                "DELETE": self.delete_job,
            },
            f"{job}/scanner/capabilities": {"GET": self.get_capabilities},
            f"{job}/scanner/settings": {"GET": self.get_settings},
            f"{job}/next-page-info": {"GET": self.next_page_info},
            f"{job}/next-page": {"GET": self.next_page},
            f"{job}/content": {"GET": self.content},
            **missing,
        }

    async def get_server(self, _request: web.Request) -> web.StreamResponse:
        """Endpoint 1. Implements: SERVER-settings."""
        return json_response({"logLevel": int(current_level())})

    async def patch_server(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 2. Implements: SERVER-log-level, SERVER-patch-partial."""
        members = parse_object(await request.read())
        level = members.integer("logLevel", minimum=0, maximum=30)
        log_unknown(members)
        if level is not None:
            if level not in set(LogLevel):
                members.refuse("logLevel", "must be 0, 1 or 30")
            set_level(LogLevel(level))
        return await self.get_server(request)

    async def get_version(self, _request: web.Request) -> web.StreamResponse:
        """Endpoint 3. Implements: SERVER-version, SERVER-module-versions."""
        versions = {
            name: each
            for name, each in registry().versions().items()
            if name not in self.without
        }
        return json_response(
            {
                "version": API_VERSION,
                "compatible": True,
                "moduleVersions": versions,
            },
        )

    async def list_scanners(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 4. Implements: DEV-list, DEV-types, DEV-type-invalid."""
        devices = await self.jobs.list_devices(device_types(request))
        return json_response([scanner_object(device) for device in devices])

    async def create_job(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 5. Implements: JOBS-create."""
        members = parse_object(await request.read())
        job_request = parse_job_request(members)
        log_unknown(members)
        check_licence(
            self.licence_key,
            [request.headers.get(name) for name in LICENCE_HEADERS],
        )
        job = await self.jobs.create(job_request, origin(request))
        return json_response(
            {
                "jobuid": job.uid,
                "status": job.state.status,
                "scanner": scanner_object(job.device),
            },
            status=201,
        )

    async def get_job(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 6. Implements: JOBS-status."""
        state = self._job(request).state
        return json_response(
            {
                "status": state.status,
                "code": int(state.code),
                "message": state.message,
            },
        )

    async def patch_job(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 7. Implements: JOBS-start, JOBS-cancel-running."""
        job = self._job(request)
        members = parse_object(await request.read())
        status = members.choice("status", (Status.RUNNING, Status.CANCELED))
        log_unknown(members)
        if status is None:
            members.refuse("status", "is missing: it must be running or canceled")
        if status == Status.RUNNING:
            self.jobs.start(job)
        else:
            self.jobs.cancel(job)
        return json_response({"status": status})

    async def delete_job(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 8. Implements: JOBS-delete."""
        self.jobs.delete(self._job(request))
        return web.Response(status=204)

    async def get_capabilities(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 9. Implements: DEV-capabilities, DEV-capabilities-pending."""
        numbers = _capability_numbers(request.query.get("caps", ""))
        description, settings = self.jobs.live_settings(self._job(request))
        return json_response(capability_details(description, settings, numbers))

    async def get_settings(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 10. Implements: DEV-settings, DEV-settings-pending."""
        query_flag(request.query, "showui", default=True)
        _, settings = self.jobs.live_settings(self._job(request))
        return json_response({"settings": encode_profile(settings)})

    async def next_page_info(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 11. Implements: PAGES-info, PAGES-info-end."""
        job = self._job(request)
        page = await job.next("info")
        if page is None:
            return web.Response(status=204)
        base = f"{request.scheme}://{request.host}{JOBS}/{job.uid}"
        return json_response(
            page_info(
                page.info,
                image_id=page.image_id,
                image_uid=page.uid,
                url=f"{base}/next-page?page={page.uid}",
            ),
        )

    async def next_page(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 12. Implements: PAGES-next, PAGES-png-default, PAGES-by-uid."""
        job = self._job(request)
        mime = image_type(request, default="image/png")
        uid = request.query.get("page")
        if uid is not None:
            return await self.send(request, job.page(uid), mime)
        page = await self.next_image(job, mime)
        if page is None:
            return web.Response(status=204)
        return await self.send(request, page, mime)

    async def content(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 13. Implements: PAGES-content, PAGES-content-beyond."""
        job = self._job(request)
        mime = image_type(request, default=None)
        index = query_integer(request.query, "page")
        if index is None or index < 0:
            raise InvalidParameter("Query parameter page must be a whole number >= 0.")
        if job.state.status is Status.PENDING:
            raise OutOfSequence("The job is pending; start it first.")
        page = await job.page_at(index)
        if page is None:
            raise InvalidParameter(
                f"Query parameter page must be below {len(job.pages)}.",
            )
        return await self.send(request, page, mime)

    async def next_image(self, job: Job, mime: str) -> Page | None:
        """Return the next page; the one after it is encoded while this one is sent."""
        job.preferred_mime = mime
        page = await job.next("image")
        if page is not None and page.number < len(job.pages):
            self.store.prefetch(job.pages[page.number].stored, mime)
        return page

    async def send(
        self,
        request: web.Request,
        page: Page,
        mime: str,
    ) -> web.StreamResponse:
        """Answer with a page in the form asked for."""
        try:
            image = await self.store.encoded(page.stored, mime)
        except PageGone as error:
            raise JobDeleted("The job was deleted.") from error
        return await image_response(request, image, mime)

    def _job(self, request: web.Request) -> Job:
        return self.jobs.get(request.match_info["job"], origin(request))


def origin(request: web.Request) -> str | None:
    """Return the page's origin, as it was sent."""
    return request.headers.get(hdrs.ORIGIN)


def device_types(request: web.Request) -> DeviceType:
    """Read the mask of device types. Implements: DEV-default-types."""
    mask = query_integer(request.query, "type")
    if mask is None:
        return DEFAULT_TYPES
    if mask < 0:
        raise InvalidParameter("Query parameter type must not be negative.")
    return DeviceType(mask & sum(DeviceType))


def image_type(request: web.Request, *, default: str | None) -> str:
    """Read the MIME type of a page. Implements: PAGES-type-invalid."""
    mime = request.query.get("type", default)
    if mime not in IMAGE_TYPES:
        choices = " or ".join(IMAGE_TYPES)
        raise InvalidParameter(f"Query parameter type must be {choices}.")
    return mime


def scanner_object(device: DeviceId) -> dict[str, object]:
    """Spell a scanner as listings and jobs do."""
    return {
        "name": device.name,
        "type": int(device.type),
        "device": device_to_string(device),
    }


def check_licence(expected: str | None, given: list[str | None]) -> None:
    """Refuse a missing or wrong key, when the service was told to care.

    Implements: HTTP-licence-any, HTTP-licence-strict, HTTP-licence-header-names.
    """
    if expected is not None and expected not in given:
        raise LicenceRefused("The licence key is missing or not valid.")


def log_unknown(members: Members) -> None:
    """Name ignored members in the log. Implements: HTTP-unknown-member."""
    unknown = members.unknown()
    if unknown:
        logger.info("ignored members that the interface does not define: %s", unknown)


def _capability_numbers(text: str) -> set[int] | None:
    if not text:
        return None
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) <= 9 for part in parts):
        raise InvalidParameter(
            "Query parameter caps must be a comma list of capability numbers.",
        )
    return {int(part) for part in parts}


def _missing(module: str) -> Handler:
    async def handler(_request: web.Request) -> web.StreamResponse:
        raise ModuleMissing(f"No installed version of the module {module} does this.")

    return handler
