"""Does one connection try at a time while a broker refuses, and do all of them go when it answers?"""

from typing import Any

from shared.chassis.connecting import Gate


class Connection:
    """What aiokafka keeps of a connection."""

    def __init__(self, connected: bool) -> None:
        self._connected = connected

    def connected(self) -> bool:
        return self._connected


class Broker:
    """Counts who asks; answers when it is up."""

    def __init__(self, up: bool) -> None:
        self.up, self.asked = up, 0

    async def connect(self, node_id: Any, **options: Any) -> Connection | None:
        self.asked += 1
        return Connection(True) if self.up else None


async def test_a_broker_that_refuses_is_not_asked_by_the_next_one_at_once() -> None:
    gate, broker = Gate(), Broker(up=False)
    answers = [await gate.pass_through({}, broker.connect, 1) for _ in range(50)]
    assert answers == [None] * 50
    assert broker.asked == 1


async def test_a_broker_that_refuses_does_not_close_the_way_to_another() -> None:
    gate, refusing, answering = Gate(), Broker(up=False), Broker(up=True)
    await gate.pass_through({}, refusing.connect, 1)
    assert await gate.pass_through({}, answering.connect, 2) is not None


async def test_a_connection_that_is_open_passes_a_closed_gate() -> None:
    gate, refusing, answering = Gate(), Broker(up=False), Broker(up=True)
    await gate.pass_through({}, refusing.connect, 1)
    assert await gate.pass_through({(1, 0): Connection(True)}, answering.connect, 1) is not None
    assert answering.asked == 1


async def test_an_answer_opens_the_gate_for_all() -> None:
    gate, broker = Gate(), Broker(up=False)
    await gate.pass_through({}, broker.connect, 1)
    broker.up = True
    await gate.pass_through({(1, 0): Connection(True)}, broker.connect, 1)
    answers = [await gate.pass_through({}, broker.connect, 1) for _ in range(5)]
    assert all(answers)
