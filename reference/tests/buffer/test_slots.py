"""The pool of shared memory."""

from __future__ import annotations

import mmap
import os

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
)

from scanwright.buffer.slots import LARGEST_BYTES, MIB, Slot, SlotPool
from scanwright.errors import Code, DeviceError


class Clock:
    """Time that passes when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def test_released_slot_is_used_again(slots: SlotPool) -> None:
    """The next page of about the same size gets the same memory."""
    first = slots.acquire(MIB)
    slots.release(first)
    assert slots.acquire(MIB - 5) is first
    assert slots.stats().made == 1


def test_small_page_leaves_large_slots_alone(slots: SlotPool) -> None:
    """A page does not take a slot of more than twice its size."""
    large = slots.acquire(8 * MIB)
    slots.release(large)
    assert slots.acquire(1) is not large


def test_memory_is_shared_by_descriptor(slots: SlotPool) -> None:
    """Whoever maps the descriptor writes into the page."""
    slot = slots.acquire(10)
    with mmap.mmap(slot.fd, slot.size) as other:
        other[:4] = b"page"
    assert bytes(slot.view[:4]) == b"page"


def test_idle_slots_are_given_up_and_announced() -> None:
    """What nobody wanted for a while goes, and those who map it are told."""
    clock = Clock()
    slots = SlotPool(idle_s=10.0, clock=clock)
    told: list[int] = []
    slots.on_discard.append(told.append)
    slot = slots.acquire(1)
    slots.release(slot)
    clock.now = 9.0
    slots.trim()
    assert told == []
    clock.now = 10.0
    slots.trim()
    assert told == [slot.id]
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(slot.fd)
    slots.close()


def test_view_outlives_its_slot(slots: SlotPool) -> None:
    """An encoder that still reads a discarded slot reads on."""
    view = slots.acquire(4).view
    view[:4] = b"page"
    slots.close()
    assert bytes(view[:4]) == b"page"


@pytest.mark.parametrize("size", [0, -1, LARGEST_BYTES + 1])
def test_impossible_sizes_fault_the_device(slots: SlotPool, size: int) -> None:
    """Nobody allocates what a confused driver asks for."""
    with pytest.raises(DeviceError) as caught:
        slots.acquire(size)
    assert caught.value.code is Code.OUT_OF_MEMORY


def test_flow_is_held_until_all_resume(slots: SlotPool) -> None:
    """New pages wait while anybody holds them back."""
    slots.hold("one")
    slots.hold("two")
    slots.resume("one")
    assert not slots.flowing.is_set()
    slots.resume("two")
    slots.resume("two")
    assert slots.flowing.is_set()


class PoolMachine(RuleBasedStateMachine):
    """Any order of calls keeps the books right and the free memory bounded."""

    slots = Bundle("slots")

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.pool = SlotPool(free_bytes=4 * MIB, idle_s=5.0, clock=self.clock)
        self.used: set[int] = set()
        self.gone: set[int] = set()
        self.pool.on_discard.append(self.gone.add)

    @rule(target=slots, size=st.integers(1, 3 * MIB))
    def acquire(self, size: int) -> Slot:
        """A slot fits, is nobody else's, and was not given up."""
        slot = self.pool.acquire(size)
        assert slot.size >= size
        assert slot.id not in self.used | self.gone
        self.used.add(slot.id)
        return slot

    @rule(slot=consumes(slots))
    def release(self, slot: Slot) -> None:
        """A released slot is free."""
        self.pool.release(slot)
        self.used.discard(slot.id)

    @rule(seconds=st.floats(0, 6))
    def trim(self, seconds: float) -> None:
        """Time passes."""
        self.clock.now += seconds
        self.pool.trim()

    @invariant()
    def books_are_right(self) -> None:
        """Every slot ever made is used, free or gone; free memory is bounded."""
        stats = self.pool.stats()
        assert stats.used == len(self.used)
        assert stats.made == stats.used + stats.free + len(self.gone)
        assert stats.free_bytes <= 4 * MIB

    def teardown(self) -> None:
        """Nothing is left."""
        self.pool.close()
        stats = self.pool.stats()
        assert (stats.used, stats.free) == (0, 0)


TestPoolMachine = PoolMachine.TestCase
TestPoolMachine.settings = settings(max_examples=30, deadline=None)
