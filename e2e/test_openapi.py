"""The running service against the published description of its interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from live import Up, running_up
from schemathesis import Case
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from scanwright_spec import openapi

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

# A job may be gone and a scanner in use, whatever else is wrong with a request.
REFUSALS = ["400", "403", "404", "405", "409", "410", "413", "423"]
CONFIG = SchemathesisConfig.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}},
)

schema = schemathesis.openapi.from_dict(openapi(), config=CONFIG)


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[Up]:
    """A service of our own: fuzzing leaves jobs behind."""
    with running_up() as running:
        yield running


@schema.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_surprise_in_any_answer(case: Case[Any], fuzzed: Up) -> None:
    """No 5xx, no undocumented status, no answer of another shape than described.

    Data of the right form need not be accepted: most job ids are of no job.
    """
    case.call_and_validate(
        base_url=fuzzed.api,
        excluded_checks=[positive_data_acceptance],
        timeout=30,
    )
