"""Does the brake stop a fault of ours, and leave a single bad message alone?"""

import asyncio

import pytest

from shared.chassis.brake import IN_A_ROW, RATIO, WINDOW, Brake, Leaving


def test_twenty_dead_in_a_row_trip_it() -> None:
    brake = Brake()
    for _ in range(IN_A_ROW - 1):
        brake.died()
    assert not brake.tripped
    brake.died()
    assert brake.tripped


def test_a_message_that_was_handled_begins_the_row_anew() -> None:
    brake = Brake()
    for _ in range(IN_A_ROW - 1):
        brake.died()
    brake.handled()
    brake.died()
    assert not brake.tripped


def test_a_fifth_of_the_last_hundred_trips_it() -> None:
    brake = Brake()
    brake.handled(WINDOW)
    dead = 0
    while not brake.tripped:
        brake.handled(3)
        brake.died()
        dead += 1
    assert dead == int(RATIO * WINDOW)


async def test_who_comes_to_a_tripped_brake_waits_until_it_is_released() -> None:
    brake = Brake()
    for _ in range(IN_A_ROW):
        brake.died()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(brake.passage(), 0.01)
    brake.release()
    await asyncio.wait_for(brake.passage(), 0.01)
    brake.died()
    assert not brake.tripped


async def test_a_process_that_stops_does_not_wait_at_a_tripped_brake() -> None:
    brake = Brake()
    for _ in range(IN_A_ROW):
        brake.died()
    waiting = asyncio.create_task(brake.passage())
    await asyncio.sleep(0)
    brake.stop()
    with pytest.raises(Leaving):
        await asyncio.wait_for(waiting, 1)
    assert brake.tripped


async def test_a_process_that_stops_finishes_its_batch_at_an_open_brake() -> None:
    brake = Brake()
    brake.stop()
    await asyncio.wait_for(brake.passage(), 0.01)
