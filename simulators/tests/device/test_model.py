"""Name plates."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanwright_simulators.device import Input, Model


def test_the_uuid_depends_on_the_name_alone(model: Model) -> None:
    """A device keeps its UUID over runs, and no two names share one."""
    assert model.uuid == replace(model, make_and_model="Other").uuid
    assert model.uuid != replace(model, name="Other").uuid


def test_the_slug_is_the_name_of_identities(model: Model) -> None:
    """Identities name the device in small letters."""
    assert model.slug == "virtual-office"


@pytest.mark.parametrize(
    ("inputs", "has_feeder"),
    [
        ((Input.PLATEN,), False),
        ((Input.PLATEN, Input.FEEDER), True),
        ((Input.DUPLEX,), True),
    ],
)
def test_feeders_are_known(
    model: Model,
    inputs: tuple[Input, ...],
    *,
    has_feeder: bool,
) -> None:
    """Both kinds of feeder have a tray, the glass has none."""
    assert replace(model, inputs=inputs).has_feeder is has_feeder
