"""Places of targets as people write them: right, or refused before all else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import scanwright_spec
from scanwright_conformance.target import DescriptionError, read_description

if TYPE_CHECKING:
    from scanwright_conformance.target import Description

__all__ = ["PlaceError", "check_place", "check_url", "described", "is_url"]


class PlaceError(Exception):
    """An address cannot be one; the message says why, and what one looks like."""


def is_url(place: str) -> bool:
    """Whether a place is meant as an address, and not as a file."""
    return place.startswith(("http://", "https://"))


def check_place(place: str) -> None:
    """Raise PlaceError or DescriptionError when no target can be at `place`."""
    if is_url(place):
        check_url(place)
    else:
        described(Path(place))


def check_url(url: str) -> None:
    """Raise PlaceError when nobody can be asked at `url`."""
    try:
        parts = urlsplit(url)
        # whoever connects asks for both, and for the host as DNS knows it
        host, _ = parts.hostname, parts.port
        is_good = bool(host) and not any(each.isspace() for each in url)
        (host or "").encode("idna")
    except ValueError as error:
        raise _no_address(url, str(error)) from error
    if not is_good:
        raise _no_address(url, "it must name a host, and have no spaces")


def described(path: Path) -> Description:
    """Return what the file at `path` says of a target, or raise DescriptionError."""
    capabilities = frozenset(scanwright_spec.CAPABILITIES)
    profiles = frozenset(scanwright_spec.PROFILES)
    try:
        description = read_description(path, capabilities, profiles)
    except UnicodeDecodeError as error:
        problem = f"must be in UTF-8, and byte {error.start} is not"
        raise DescriptionError(f"{path}: {problem}") from error
    for url in _urls(description):
        try:
            check_url(url)
        except PlaceError as error:
            raise DescriptionError(f"{path}: {error}") from error
    return description


def _urls(description: Description) -> list[str]:
    addresses = description.addresses
    urls = list(addresses.urls.values()) if addresses else []
    return [*urls, description.control] if description.control else urls


def _no_address(url: str, problem: str) -> PlaceError:
    example = "http://127.0.0.1:18622"
    return PlaceError(f"{url!r} is no address: {problem}; give one like {example}")
