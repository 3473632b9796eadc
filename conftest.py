"""How tests are shared out among the processes that run them, and are not timed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadFileScheduling

LAB = "e2e/lab/"
LONG = "e2e/"

# A busy machine is slow, and that is no finding.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test an id of its own: of two with the same one only one would run.

    The files that take longest come first, so that nobody waits for one in the end.
    Those that schemathesis makes for pytest 9.2 have the name of their operation, but
    not in their id.
    """
    for item in items:
        if not item.nodeid.endswith(item.name):
            _, _, operation = item.name.rstrip("]").partition("[")
            item._id = item.id.with_params(operation)  # noqa: SLF001
    if len({item.nodeid for item in items}) < len(items):
        raise pytest.UsageError("two tests have the same id")
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(
        key=lambda item: (
            not item.nodeid.startswith(LAB),
            not item.nodeid.startswith(LONG),
            -slow[item.path],
        )
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(
    config: pytest.Config, log: Producer
) -> LoadFileScheduling:
    """Keep files together for their fixtures, and all of the lab for its packages."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        """The lab counts as one file."""

        def _split_scope(self, nodeid: str) -> str:
            return LAB if nodeid.startswith(LAB) else super()._split_scope(nodeid)

    return ByFile(config, log)
