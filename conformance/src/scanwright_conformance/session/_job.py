"""A scan job in the hands of a stimulus: the few lines that most checks repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.session._recorder import Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanwright_conformance.session._session import Session
    from scanwright_conformance.transcript import Exchange

__all__ = ["Job"]

PAGE_LIMIT: Final = 200


class Job:
    """One job by its path. All it does is recorded; all labels are the caller's."""

    def __init__(self, session: Session, path: str, *, created: Exchange) -> None:
        self._session = session
        self.path = path
        self.created = created

    @property
    def uid(self) -> str:
        """The job's id."""
        return self.path.rsplit("/", 1)[1]

    async def get(
        self,
        below: str,
        *,
        label: str,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = 10.0,
    ) -> Exchange:
        """GET a path `below` the job, as `/next-page`; "" is the job itself."""
        return await self._session.http(
            "GET",
            self.path + below,
            label=label,
            query=query,
            headers=headers,
            timeout_s=timeout_s,
        )

    async def status(self, *, label: str) -> Exchange:
        """Ask for the job's status."""
        return await self.get("", label=label)

    async def patch(self, body: Any, *, label: str) -> Exchange:
        """PATCH the job with `body` as JSON."""
        return await self._session.http("PATCH", self.path, label=label, json=body)

    async def start(self, *, label: str = "start") -> Exchange:
        """Start the pending job."""
        return await self.patch({"status": "running"}, label=label)

    async def cancel(self, *, label: str = "cancel") -> Exchange:
        """Cancel the running job."""
        return await self.patch({"status": "canceled"}, label=label)

    async def delete(self, *, label: str = "delete") -> Exchange:
        """Delete the job."""
        return await self._session.http("DELETE", self.path, label=label)

    async def until(
        self,
        *states: str,
        label: str = "ended",
        within_s: float = 20.0,
    ) -> Exchange:
        """Ask again until the status is one of `states`; Stopped when it never is.

        The last answer is recorded under `label`, those before it only where the
        answer changed, as `label.1`, `label.2` and so on.
        """
        return await self._session.poll(
            self.path,
            lambda exchange: _state(exchange) in states,
            wanted=" or ".join(states),
            label=label,
            within_s=within_s,
        )

    async def until_gone(
        self,
        *,
        label: str = "gone",
        within_s: float = 20.0,
    ) -> Exchange:
        """Ask again until the job no longer answers 200; Stopped when it stays."""
        return await self._session.poll(
            self.path,
            lambda exchange: _is_answered(exchange) and not _is_ok(exchange),
            wanted="gone",
            label=label,
            within_s=within_s,
        )

    async def pages(
        self,
        *,
        label: str = "page",
        below: str = "/next-page",
        query: Mapping[str, str] | None = None,
        limit: int = PAGE_LIMIT,
        timeout_s: float = 20.0,
    ) -> tuple[Exchange, ...]:
        """Fetch until an answer is not 200: `page-1`, `page-2`, ..., `page-end`.

        Returns the pages without the end. With `below` it fetches
        `/next-page-info`, or `/NextDocument` of generation 1, in the same way.
        """
        fetched: list[Exchange] = []
        while len(fetched) < limit:
            name = f"{label}-{len(fetched) + 1}"
            exchange = await self.get(
                below,
                label=name,
                query=query,
                timeout_s=timeout_s,
            )
            if not _is_ok(exchange):
                self._session.recorder.rename(name, f"{label}-end")
                return tuple(fetched)
            fetched.append(exchange)
        raise Stopped(f"after {limit} pages there were still more")


def _is_answered(exchange: Exchange) -> bool:
    return exchange.answer is not None


def _is_ok(exchange: Exchange) -> bool:
    return exchange.answer is not None and exchange.answer.status == 200


def _state(exchange: Exchange) -> Any:
    body = exchange.json_or_none()
    return body.get("status") if isinstance(body, dict) else None
