"""Limits: from what the system allows to how many connections there may be."""

from __future__ import annotations

import resource

import pytest

from scanwright.http.limits import Limits, connection_limit, raise_descriptor_limit


@pytest.mark.parametrize(
    ("descriptors", "connections"),
    [
        (resource.RLIM_INFINITY, 4096),
        (1024 * 1024, 4096),
        (1024, 768),
        (100, 16),
    ],
)
def test_descriptors_decide_how_many_connections(
    descriptors: int,
    connections: int,
) -> None:
    """Some are left for everything else; beyond 4,096 there is no use."""
    assert connection_limit(descriptors) == connections


def test_the_published_times_are_the_defaults() -> None:
    """15 s for a head, 75 s for nothing, 20 s for a KiB of a body."""
    limits = Limits()
    assert (limits.head_s, limits.idle_s, limits.body_s) == (15, 75, 20)


def test_a_process_may_have_all_that_it_may() -> None:
    """The soft limit becomes the hard one."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        assert raise_descriptor_limit() == before[1]
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (before[1], before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
