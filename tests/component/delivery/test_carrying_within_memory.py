"""All channels together hold no more bytes than they may, and whoever finds too few goes on later."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog

from services.delivery.domain.channels import Channel
from services.delivery.domain.files import Parcel
from services.delivery.domain.handovers import Outcome
from services.delivery.tasks import handing_over
from services.delivery.tasks.packing import MADE_BYTES, Packer
from shared.chassis.memory import Memory
from shared.contracts.documents import Claim
from shared.values import OfficeId, Sha256
from tests.adapters.delivery.parcels import XML, a_channel, a_document
from tests.component.delivery.channelling import DONE, House, Script, due_tasks


class Counting(Script):
    """Counts what is with it at one time, in documents."""

    here = most = 0

    async def deliver(self, channel: Channel, secret: str, parcel: Parcel) -> Outcome:
        self.here += 1
        self.most = max(self.most, self.here)
        await asyncio.sleep(0.01)
        self.here -= 1
        return await super().deliver(channel, secret, parcel)


def of_size(size: int) -> Claim:
    return Claim(path="a/b", sha256=Sha256.of(XML), size=size, media_type="application/xml")


@pytest.mark.parametrize(("size", "most"), [(40_000_000, 6), (100_000_000, 2), (900_000_000, 1)])
async def test_so_many_channels_carry_at_one_time_as_there_is_memory_for(size: int, most: int) -> None:
    house, courier = House(), Counting()
    house.couriers["folder"] = courier
    channels = []
    for number in range(10):
        office = OfficeId(f"office{number}")
        channels.append(await house.choose("folder", office_id=office))
        await house.route(str(number), office=office, document=of_size(size))
    await asyncio.gather(*(house.run(channel) for channel in channels))
    assert (len(courier.got), courier.most) == (10, most)


async def test_who_finds_no_memory_in_time_tries_again_and_loses_no_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing_over, "WAITING_SECONDS", 0.01)
    house = House()
    house.memory = Memory(1_000)
    channel = await house.choose("folder")
    await house.route("1", document=of_size(900))
    async with house.memory.taken(500):
        assert due_tasks(await house.run(channel)) == [channel.channel_id], "at once, as soon as there is some"
    (waiting,) = await house.store.waiting_handovers(channel.channel_id, 10)
    assert (waiting.state, waiting.attempts, waiting.last_error) == ("waiting", 0, "")
    await house.work()
    assert await house.states(channel) == [("1", "done")]


def test_a_mail_weighs_what_it_takes_as_a_mail() -> None:
    document = a_document("1", document=of_size(700))
    assert Packer.weight(a_channel("folder", files=("xml",)), document) == 700
    assert Packer.weight(a_channel("folder", files=("xml", "pdf")), document) == 700 + MADE_BYTES
    assert Packer.weight(a_channel("mail", files=("xml",)), document) == 2_100


@contextmanager
def logged() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.mark.parametrize(
    ("kind", "outcome", "answer"),
    [
        ("webhook", Outcome("retry", "status", "HTTP 503"), "status HTTP 503"),
        ("webhook", Outcome("refused", "status", "HTTP 422"), "status HTTP 422"),
        ("mail", Outcome("refused", "mail_refused", "552 <an@example.be> full"), "mail_refused"),
    ],
)
async def test_what_is_not_handed_over_is_one_line_of_the_log_without_anybody_s_words(
    kind: Any, outcome: Outcome, answer: str
) -> None:
    house = House()
    channel = await house.choose(kind)
    house.couriers[kind].answers.extend([outcome, DONE])
    await house.route("1")
    with logged() as lines:
        await house.run(channel)
    (line,) = (each for each in lines if each["event"] == "not handed over")
    assert (line["log_level"], line["channel"], line["kind"]) == ("warning", channel.channel_id, kind)
    assert (line["subject"], line["attempt"], line["verdict"], line["answer"]) == (
        house.documents[0].document_id,
        1,
        outcome.verdict,
        answer,
    )
    with logged() as lines:
        await house.later(hours=1)
    assert [each for each in lines if each["event"] == "not handed over"] == []
