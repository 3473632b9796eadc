"""The weather: how it is told, and whom it hits."""

from __future__ import annotations

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_conformance.weather import (
    NAMED,
    Direction,
    Fault,
    Weather,
    WeatherUnknown,
    delays_of,
    mishap_of,
    read_weather,
    slices_of,
)

SHARES = st.integers(0, 33).map(lambda percent: percent / 100)
WEATHERS = st.builds(
    Weather,
    latency_s=st.integers(0, 5000).map(lambda milliseconds: milliseconds / 1000),
    jitter_s=st.integers(0, 5000).map(lambda milliseconds: milliseconds / 1000),
    slice_bytes=st.none() | st.tuples(st.integers(1, 9), st.integers(9, 65536)),
    reset_rate=SHARES,
    half_close_rate=SHARES,
    stall_rate=SHARES,
)
SEEDS = st.integers(0, 10**6)
NUMBERS = st.integers(1, 10**6)


def test_a_text_says_everything() -> None:
    """Times, sizes and shares are written with their units."""
    text = "latency=50ms,jitter=0.5s,slice=1-7,reset=1%,half-close=2.5%,stall=3%"
    assert read_weather(text) == Weather(0.05, 0.5, (1, 7), 0.01, 0.025, 0.03)


@pytest.mark.parametrize("name", NAMED)
def test_a_name_is_a_weather(name: str) -> None:
    """What is named can be read, and written out."""
    assert read_weather(name) == NAMED[name]
    assert read_weather(str(NAMED[name])) == NAMED[name]


def test_a_named_weather_can_be_changed() -> None:
    """Words after the name count more than what it stands for."""
    weather = read_weather("storm, stall=0%, slice=5")
    assert (weather.stall_rate, weather.slice_bytes) == (0, (5, 5))
    assert weather.reset_rate == NAMED["storm"].reset_rate


def test_a_drizzle_is_harmless_and_a_storm_is_not() -> None:
    """In the one everything arrives."""
    assert NAMED["drizzle"].is_harmless
    assert not NAMED["storm"].is_harmless


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fog", "'fog' is unknown; there is calm, drizzle, storm, or words such as"),
        ("", "'' is unknown"),
        ("drizzle,storm", "'storm' is unknown"),
        ("latency=50", "'latency=50' is no time; write it as 50ms or 1.5s"),
        ("jitter=11s", "'jitter=11s' is above 10 s"),
        ("slice=7-1", "'slice=7-1' is no size of slices; write 1-7"),
        ("slice=0", "'slice=0' is no size"),
        ("reset=1,stall=1%", "'reset=1' is no share of connections; write 1%"),
        ("stall=101%", "'stall=101%' is no share"),
        ("reset=60%,stall=60%", "add up to more than 100%"),
    ],
)
def test_a_wrong_word_is_named(text: str, message: str) -> None:
    """The error says which word it is, and what there is."""
    with pytest.raises(WeatherUnknown) as error:
        read_weather(text)
    assert message in str(error.value)


@given(WEATHERS)
def test_a_weather_can_be_written_and_read(weather: Weather) -> None:
    """A report says by what a run can be repeated."""
    assert read_weather(str(weather)) == weather


@given(WEATHERS, SEEDS, NUMBERS)
def test_the_same_connection_has_the_same_fate(
    weather: Weather, seed: int, number: int
) -> None:
    """Seed and number decide, and nothing else."""
    mishap = mishap_of(weather, seed, number)
    assert mishap == mishap_of(weather, seed, number)
    if mishap is not None:
        assert weather.rates[mishap.fault] > 0
        assert 0 <= mishap.at < 4096


@given(WEATHERS, SEEDS, st.sampled_from(Direction))
def test_delays_and_slices_are_within_bounds(
    weather: Weather, seed: int, direction: Direction
) -> None:
    """No burst is earlier or later, no slice smaller or larger than was said."""
    latest = weather.latency_s + weather.jitter_s
    for delay_s in islice(delays_of(weather, seed, 1, direction), 20):
        assert weather.latency_s <= delay_s <= latest
    slices = list(islice(slices_of(weather, seed, 1, direction), 20))
    assert bool(slices) == (weather.slice_bytes is not None)
    least, most = weather.slice_bytes or (0, 0)
    assert all(least <= size <= most for size in slices)


def test_long_answers_are_not_cut_for_ever() -> None:
    """After some thousand bytes the rest goes through as it comes."""
    sizes = list(slices_of(NAMED["drizzle"], 1, 1, Direction.ANSWER))
    assert 4096 <= sum(sizes) < 4096 + 7


@pytest.mark.parametrize("fault", Fault)
def test_a_rate_is_a_share_of_the_connections(fault: Fault) -> None:
    """All of a hundred per cent are hit, in both directions; none of none."""
    weather = read_weather(f"{fault}=100%")
    mishaps = [mishap_of(weather, 1, number) for number in range(50)]
    assert {each.fault for each in mishaps if each} == {fault}
    assert {each.direction for each in mishaps if each} == set(Direction)
    assert mishap_of(Weather(), 1, 1) is None


def test_a_round_trip_is_late_twice() -> None:
    """There and back, by latency and jitter."""
    assert read_weather("latency=1s,jitter=500ms").round_trip_s == 3


def test_a_storm_hits_some() -> None:
    """About three in a hundred."""
    hit = sum(
        mishap_of(NAMED["storm"], 1, number) is not None for number in range(10_000)
    )
    assert 250 < hit < 350
