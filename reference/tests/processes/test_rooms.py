"""A worker's mappings of slots."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from scanwright.buffer.slots import MIB, Slot, SlotPool
from scanwright.errors import Code, DeviceError
from scanwright.processes.rooms import Rooms


def mapped(slot: Slot) -> int:
    """Count the mappings of a slot in this process; one is the pool's own."""
    inode = os.fstat(slot.fd).st_ino
    lines = Path("/proc/self/maps").read_text().splitlines()
    return sum(line.split()[4] == str(inode) for line in lines if "memfd" in line)


def test_a_room_is_the_slots_own_memory_and_stays(slots: SlotPool) -> None:
    """What is written here is read there; the second visit maps nothing."""
    slot = slots.acquire(5)
    rooms = Rooms()
    room = rooms.enter(slot.id, slot.size, slot.fd)
    room[:5] = b"pixel"
    assert bytes(slot.view[:5]) == b"pixel"
    assert rooms.enter(slot.id, slot.size, -1) is room


def test_a_slot_that_is_no_more_is_forgotten(slots: SlotPool) -> None:
    """Its memory goes with it; twice is once."""
    slot = slots.acquire(5)
    rooms = Rooms()
    rooms.enter(slot.id, slot.size, slot.fd)
    assert mapped(slot) == 2
    rooms.forget(slot.id)
    rooms.forget(slot.id)
    assert mapped(slot) == 1


def test_only_so_much_is_kept(slots: SlotPool) -> None:
    """The room that was entered longest ago goes; the newest stays, however large."""
    rooms = Rooms(kept_bytes=2 * MIB)
    one, two, three = (slots.acquire(MIB) for _ in range(3))
    for slot in (one, two, one, three):
        rooms.enter(slot.id, slot.size, slot.fd)
    assert [mapped(slot) for slot in (one, two, three)] == [2, 1, 2]
    large = slots.acquire(9 * MIB)
    rooms.enter(large.id, large.size, large.fd)
    assert [mapped(slot) for slot in (one, three, large)] == [1, 1, 2]


def test_no_memory_is_an_error_with_its_code(slots: SlotPool) -> None:
    """A process that may not have more says so."""
    slot = slots.acquire(1)
    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * os.sysconf("SC_PAGESIZE") + MIB
    os.ftruncate(slot.fd, 1 << 34)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (most, before[1]))
        with pytest.raises(DeviceError) as caught:
            Rooms().enter(slot.id, 1 << 34, slot.fd)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
    assert caught.value.code is Code.OUT_OF_MEMORY
