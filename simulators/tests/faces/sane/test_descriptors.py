"""Descriptors are such as frontends can bear, for every model."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_simulators.device import Input, Mode, Model, Size
from scanwright_simulators.faces.sane.descriptors import (
    SENSOR,
    Cap,
    options_of,
    sources_of,
)
from scanwright_simulators.faces.sane.protocol import Range, Type


def some_of(*values: object) -> st.SearchStrategy[tuple[object, ...]]:
    """Return what yields one or more of `values` in any order."""
    return st.lists(st.sampled_from(values), min_size=1, unique=True).map(tuple)


models = st.builds(
    Model,
    name=st.just("Any"),
    make_and_model=st.just("Any"),
    bed=st.builds(Size, st.integers(1, 20_000), st.integers(1, 30_000)),
    inputs=some_of(*Input),
    resolutions_dpi=some_of(75, 150, 300, 1200),
    modes=some_of(*Mode),
    depths=some_of(8, 16),
    buttons=st.just(("scan",)) | st.just(()),
)


@given(models)
def test_every_descriptor_is_well_formed(model: Model) -> None:
    """Names are unique and spelt as the standard wants, sizes fit their types."""
    options = options_of(model)
    names = [o.descriptor.name for o in options]
    assert options[0].default == len(options) == len(set(names))
    for option in options[1:]:
        descriptor = option.descriptor
        assert re.fullmatch("[a-z][a-z0-9-]*", descriptor.name)
        assert descriptor.title
        assert descriptor.text
        assert not (Cap.SOFT_SELECT in option.cap and Cap.HARD_SELECT in option.cap)
        if descriptor.type is Type.GROUP:
            assert (descriptor.size, option.cap) == (0, Cap.NONE)
        elif descriptor.type is not Type.STRING:
            assert descriptor.size == 4


@given(models)
def test_every_default_is_allowed(model: Model) -> None:
    """A value lies within its constraint from the beginning."""
    for option in options_of(model):
        constraint, default = option.descriptor.constraint, option.default
        if isinstance(constraint, Range):
            assert constraint.low <= int(default) <= constraint.high
        elif isinstance(constraint, tuple):
            assert default in constraint
        if isinstance(default, str):
            assert len(default) < option.descriptor.size


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ((Input.PLATEN,), ["Flatbed"]),
        ((Input.FEEDER, Input.PLATEN), ["ADF", "Flatbed"]),
        (tuple(Input), ["Flatbed", "ADF", "ADF Duplex"]),
    ],
)
def test_sources(model: Model, inputs: tuple[Input, ...], words: list[str]) -> None:
    """Sources have the words that frontends know, the default first."""
    assert list(sources_of(replace(model, inputs=inputs))) == words


def test_what_a_model_lacks_has_no_option(model: Model) -> None:
    """Without a feeder, buttons and 1-bit pages, their options are not there."""
    bare = replace(model, inputs=(Input.PLATEN,), buttons=(), modes=(Mode.GRAY,))
    names = {option.descriptor.name for option in options_of(bare)}
    missing = {"page-loaded", "blank-page-removal", "threshold", "buttons", "scan"}
    assert not names & missing
    sensors = [o.descriptor.name for o in options_of(bare) if o.cap == SENSOR]
    assert sensors == ["cover-open"]
