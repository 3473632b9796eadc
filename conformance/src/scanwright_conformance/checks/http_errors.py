"""Checks of error answers: their form, wrong methods, paths that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._paths import METHODS, generation_2, known_paths
from scanwright_conformance.checks.server import SERVER, VERSION
from scanwright_conformance.expect import (
    expect,
    expect_answer,
    expect_equal,
    expect_error,
    expect_header,
    expect_member,
    expect_object,
    expect_status,
)
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.session import JOBS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

UNKNOWN_PATHS: Final = (
    "/api/no-such-thing",
    "/api/server/no-such-thing",
    "/api/device/no-such-thing",
    "/api/storage/no-such-thing",
    "/no-such-thing",
)
# A HEAD that is taken for a GET would wait for a page, for the job is pending.
METHOD_TIMEOUT_S: Final = 5.0


@check("HTTP-error-object")
class ErrorObject(Check):
    """Every error has an object that says what went wrong."""

    async def stimulate(self, session: Session) -> None:
        """Provoke errors of as many kinds as the target has."""
        rebound = {"Host": "rebound.example.test"}
        await session.http("PUT", SERVER, label="error-1")
        await session.http("PATCH", SERVER, label="error-2", body=b"{")
        await session.http("GET", f"{JOBS}/none", label="error-3")
        await session.http("GET", VERSION, label="error-4", headers=rebound)
        await session.http("GET", "/api/device/scanners?type=none", label="error-5")
        await session.http("GET", "/api/storage/documents/none", label="error-6")
        if "scanner" not in session.target.capabilities:
            return
        job = await session.create_job({"autoRun": False})
        await session.http(
            "POST",
            JOBS,
            label="error-7",
            headers=session.licence,
            json={"device": session.device(), "autoRun": False},
        )
        await job.cancel(label="error-8")
        await job.delete()
        await job.status(label="error-9")

    def judge(self, transcript: Transcript) -> None:
        """Look into the body of each error, whichever it is."""
        seen = transcript.series("error")
        errors = [each for each in seen if expect_answer(each).status >= 400]
        if not errors:
            raise Mismatch("an error", "none", *(each.label for each in seen))
        for error in errors:
            _expect_error_object(error)


@check("HTTP-method-not-allowed", after=("HTTP-error-object",))
class MethodNotAllowed(Check):
    """Each path refuses each method that it does not have."""

    async def stimulate(self, session: Session) -> None:
        """Try all the wrong methods on all the paths that there are now."""
        paths = await generation_2(session)
        session.fact("paths", {known.template: known.methods for known in paths})
        for known in paths:
            for method in METHODS:
                if method not in known.methods:
                    label = f"{method} {known.template}"
                    await session.http(
                        method, known.path, label=label, timeout_s=METHOD_TIMEOUT_S
                    )

    def judge(self, transcript: Transcript) -> None:
        """Every one must be refused; a refused HEAD has no body to show a code."""
        for exchange, _ in _wrong_methods(transcript):
            if exchange.request.method == "HEAD":
                expect_status(exchange, 405)
            else:
                expect_error(exchange, 405, -2112)


@check("HTTP-allow-header", after=("HTTP-method-not-allowed",))
class AllowHeader(MethodNotAllowed):
    """Who used a wrong method hears which ones are right."""

    def judge(self, transcript: Transcript) -> None:
        """Compare the header of every refusal with the path's methods."""
        for exchange, methods in _wrong_methods(transcript):
            expect_status(exchange, 405)
            value = expect_header(exchange, "Allow")
            listed = {name.strip() for name in value.split(",")}
            # Answering OPTIONS is the service's own business: no clause mentions it.
            wanted = set(methods)
            holds = listed - {"OPTIONS"} == wanted
            expect(exchange, holds, f"Allow: {', '.join(methods)}", f"Allow: {value}")


@check("HTTP-unknown-path", after=("HTTP-error-object",))
class UnknownPath(Check):
    """A path that no endpoint has is not found, whatever one does with it."""

    async def stimulate(self, session: Session) -> None:
        """Ask for paths that are not there."""
        for path in UNKNOWN_PATHS:
            await session.http("GET", path, label=f"GET {path}")
            await session.http("POST", path, label=f"POST {path}", json={})

    def judge(self, transcript: Transcript) -> None:
        """Look for 404 with an error object."""
        for path in UNKNOWN_PATHS:
            for method in ("GET", "POST"):
                exchange = transcript[f"{method} {path}"]
                expect_status(exchange, 404)
                _expect_error_object(exchange)


@check("HTTP-module-missing", after=("HTTP-error-object",))
class ModuleMissing(Check):
    """An endpoint without its module says so."""

    async def stimulate(self, session: Session) -> None:
        """Try every endpoint of the modules that the target does not have."""
        ids = {"documentuid": "none", "param": "0"}
        paths = list(known_paths("/api/storage/", ids))
        capabilities = session.target.capabilities
        if not capabilities & {"processing", "check-blank"}:
            paths += known_paths("/api/process/check-blank", ids)
        if "processing" not in capabilities:
            paths += known_paths("/api/process/read-barcode", ids)
        labels = []
        for known in paths:
            for method in known.methods:
                labels.append(f"{method} {known.template}")
                await session.http(
                    method,
                    known.path,
                    label=labels[-1],
                    headers=session.licence,
                    body=b"" if method == "GET" else b"{}",
                )
        session.fact("endpoints", labels)

    def judge(self, transcript: Transcript) -> None:
        """Look for the code of a missing module."""
        for label in transcript.fact("endpoints"):
            expect_error(transcript[label], 404, -1126)


def _wrong_methods(transcript: Transcript) -> Iterator[tuple[Exchange, list[str]]]:
    """Yield every exchange with a wrong method, and the path's own methods."""
    for template, methods in transcript.fact("paths").items():
        for method in METHODS:
            if method not in methods:
                yield transcript[f"{method} {template}"], methods


def _expect_error_object(exchange: Exchange) -> None:
    status = expect_answer(exchange).status
    body = expect_object(exchange, status)
    seen = expect_member(exchange, "statusCode", int)
    expect_equal(exchange, seen, status, what="statusCode")
    code = expect_member(exchange, "code", int)
    expect(exchange, code < 0, "a code below 0", code)
    message = expect_member(exchange, "message", str)
    expect(exchange, bool(message.strip()), "a message", "an empty one")
    if body.get("cause") is not None:
        expect_member(exchange, "cause.code", int)
        expect_member(exchange, "cause.message", str)
