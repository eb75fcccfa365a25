"""A channel gets its documents in order, waits while its receiver is down, and gives up on none of them."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from services.delivery.domain.channels import resumed
from services.delivery.domain.clients import Office
from services.delivery.domain.handovers import LONGEST, Outcome
from shared.values import DocumentId, EnterpriseNumber, Language, OfficeId
from tests.adapters.delivery.parcels import OFFICE
from tests.component.delivery.channelling import DONE, DOWN, NEVER, House, due_tasks, on_kafka, told


async def test_what_is_routed_goes_by_every_channel_that_takes_it_and_is_told_when_it_arrived() -> None:
    house = House()
    mail, folder = await house.choose("mail"), await house.choose("folder", files=("json", "pdf", "xml"))
    await house.choose("webhook", companies=(EnterpriseNumber("0010.080.080"),), files=())
    consequences = await house.route("1", "2")
    assert told(consequences) == ["feed", "feed"], "on a push channel it was not delivered yet"
    assert due_tasks(consequences) == sorted([mail.channel_id, folder.channel_id])
    followed = await house.work()
    assert sorted(told(followed)) == ["folder", "folder", "mail", "mail"]
    assert house.couriers["mail"].numbers == house.couriers["folder"].numbers == ["1", "2"]
    assert house.couriers["webhook"].got == []
    made = [[file.made_here for file in parcel.files] for parcel in house.couriers["folder"].got]
    assert made == [[True, True, False]] * 2, "of the UBL alone there is nothing that a later release makes otherwise"
    kinds = [[file.kind for file in parcel.files] for parcel in house.couriers["folder"].got]
    assert kinds == [["json", "pdf", "xml"]] * 2
    document = house.tables.documents[house.documents[0].document_id]
    assert {step.detail for step in document.timeline if step.state == "delivered"} == {"feed", "folder", "mail"}
    heard = [n.event.data.channel for _, n in house.tables.streams["robaws"] if n.event.type == "document.delivered"]  # type: ignore[index, union-attr]
    assert sorted(heard) == ["feed", "feed", "folder", "folder", "mail", "mail"]
    assert (await house.as_it_is(mail)).last_success_at is not None


async def test_while_the_receiver_is_down_documents_wait_in_order_and_then_all_arrive_in_order() -> None:
    house = House()
    channel = await house.choose()
    house.couriers["mail"].answers.extend([DOWN] * 4)
    await house.route("1", "2")
    await house.work()
    await house.route("3")
    assert await house.work() == [], "what comes meanwhile waits behind the first"
    for _ in range(3):
        await house.later(hours=1)
    assert house.couriers["mail"].numbers == ["1"] * 4
    seen = await house.as_it_is(channel)
    assert seen.last_error == "connection_failed: no route to host" and seen.failing_since is not None
    await house.later(hours=1)
    assert house.couriers["mail"].numbers == ["1"] * 5 + ["2", "3"]
    assert await house.states(channel) == [("1", "done"), ("2", "done"), ("3", "done")]
    assert (await house.as_it_is(channel)).failing_since is None


async def test_a_long_queue_of_a_receiver_that_is_down_waits_for_its_next_try_and_turns_in_no_circle() -> None:
    house = House()
    channel = await house.choose()
    house.couriers["mail"].answers.append(DOWN)
    await house.route(*map(str, range(100)))
    await house.work()
    await house.route("one more")
    assert due_tasks(await house.run(channel)) == [], "nothing is due, and the next try wakes it"
    await house.later(hours=1)
    assert len(house.couriers["mail"].got) == 1 + 101


async def test_every_try_of_a_document_is_the_same_to_the_byte() -> None:
    house = House()
    await house.choose()
    house.couriers["mail"].answers.extend([DOWN, DOWN])
    await house.route("1")
    for _ in range(3):
        await house.later(hours=1)
    first, second, third = house.couriers["mail"].got
    assert first.parcel_id == second.parcel_id == third.parcel_id
    assert (first.added_at, first.files) == (third.added_at, third.files)


async def test_a_document_that_is_refused_for_good_is_set_aside_with_the_reason_and_the_next_one_goes_on() -> None:
    house = House()
    channel = await house.choose()
    house.couriers["mail"].answers.extend([NEVER, DONE])
    await house.route("1", "2")
    assert told(await house.work()) == ["mail"]
    assert await house.states(channel) == [("1", "failed"), ("2", "done")]
    (failed,) = await house.store.handovers(channel.channel_id, "failed", None, 10)
    assert failed.last_error == "mail_refused: 552 5.2.2 mailbox full"
    assert await house.later(days=30) == [], "it is tried again only when somebody asks for it"
    assert await house.store.try_handovers_now(channel.channel_id, house.now, with_failed=True) == 1
    assert told(await house.work()) == ["mail"]
    assert house.couriers["mail"].numbers == ["1", "2", "1"]


async def test_one_black_hole_among_many_channels_holds_up_none_of_the_others() -> None:
    house = House()
    hole = await house.choose("sftp")
    offices = [OfficeId(f"kantoor{number}") for number in range(12)]
    others = [await house.choose("mail", office_id=office) for office in offices]
    house.couriers["sftp"].answers.extend([Outcome("retry", "timeout")] * 50)
    await house.route("black 1", "black 2")
    for office in offices:
        await house.route("1", "2", office=office)
    await house.work()
    for channel in others:
        assert [state for _, state in await house.states(channel)] == ["done", "done"]
        assert (await house.as_it_is(channel)).failing_since is None
    assert await house.states(hole) == [("black 1", "waiting"), ("black 2", "waiting")]


async def test_after_a_week_the_channel_stops_and_keeps_everything_until_somebody_mends_it() -> None:
    house = House()
    channel = await house.choose()
    house.couriers["mail"].answers.extend([DOWN] * 40)
    await house.route("1", "2")
    tries = 0
    while (await house.as_it_is(channel)).enabled:
        await house.later(hours=6)
        tries += 1
        assert tries < 60
    stopped = await house.as_it_is(channel)
    assert stopped.stopped_reason == "retries_exhausted" and stopped.failing_since is not None
    assert house.now - stopped.failing_since >= LONGEST
    house.couriers["mail"].answers.clear()
    assert await house.later(days=9) == [] and len(await house.states(channel)) == 2
    await house.store.save_channel(resumed(stopped))
    await house.store.try_handovers_now(channel.channel_id, house.now, with_failed=False)
    await house.work()
    assert house.couriers["mail"].numbers[-2:] == ["1", "2"]


async def test_a_process_that_dies_after_the_receiver_took_it_sends_nothing_twice_and_tells_in_the_next_run() -> None:
    house = House()
    channel = await house.choose()
    await house.route("1", "2")
    assert await house.run(channel, dies=True) == []
    assert house.couriers["mail"].numbers == ["1", "2"]
    followed = await house.later(minutes=2)
    assert told(followed) == ["mail", "mail"]
    assert house.couriers["mail"].numbers == ["1", "2"], "both were noted before the process died"
    assert await house.states(channel) == [("1", "done"), ("2", "done")]


async def test_an_answer_that_got_lost_is_one_repeat_and_one_delivery() -> None:
    house = House()
    channel = await house.choose()
    house.couriers["mail"].answers.append(Outcome("retry", "mail_uncertain", "the line broke"))
    await house.route("1")
    await house.work()
    followed = await house.later(minutes=1)
    first, second = house.couriers["mail"].got
    assert first.parcel_id == second.parcel_id and told(followed) == ["mail"]
    assert await house.states(channel) == [("1", "done")]


async def test_a_fault_of_our_own_is_waited_out_and_never_the_document_s() -> None:
    house = House()
    channel = await house.choose(files=("json", "pdf", "xml"))
    house.files.down = True
    await house.route("1")
    await house.work()
    assert await house.states(channel) == [("1", "waiting")]
    assert (await house.as_it_is(channel)).last_error.startswith("temporarily_unavailable")
    house.files.down = False
    house.couriers["mail"].answers.append(RuntimeError("a bug"))
    await house.later(hours=1)
    assert (await house.as_it_is(channel)).last_error == "internal_error: RuntimeError"
    await house.later(hours=1)
    assert await house.states(channel) == [("1", "done")]


async def test_a_document_of_which_no_pdf_can_be_made_goes_without_and_says_so() -> None:
    house = House()
    channel = await house.choose(files=("pdf", "xml"))
    house.files.unprintable = True
    await house.route("1")
    await house.work()
    (parcel,) = house.couriers["mail"].got
    assert ([file.kind for file in parcel.files], parcel.without_pdf) == (["xml"], True)
    (done,) = await house.store.handovers(channel.channel_id, "done", None, 10)
    assert done.receipt.startswith("without PDF")


async def test_a_document_whose_pdf_never_comes_is_tried_once_more_and_then_goes_without_it() -> None:
    house = House()
    channel = await house.choose(files=("pdf", "xml"))
    house.files.endless = True
    await house.route("1")
    await house.work()
    assert await house.states(channel) == [("1", "waiting")], "the machine may have been slow"
    await house.route("2")
    await house.later(minutes=1)
    house.files.endless = False
    await house.later(minutes=1)
    assert await house.states(channel) == [("1", "done"), ("2", "done")]
    assert [parcel.without_pdf for parcel in house.couriers["mail"].got] == [True, False]


@pytest.mark.parametrize(
    ("own", "office", "expected"),
    [(None, None, Language.NL), (None, Language.FR, Language.FR), (Language.DE, Language.FR, Language.DE)],
)
async def test_the_channel_s_language_comes_before_the_office_s(
    own: Language | None, office: Language | None, expected: Language
) -> None:
    house = House()
    await house.choose(files=("pdf", "xml"), language=own)
    if office is not None:
        await house.store.save_offices([(Office(OFFICE, "Janssens", office, client=True), 1)])
    await house.route("1")
    await house.work()
    assert house.files.languages == [expected] and house.couriers["mail"].got[0].language == expected


async def test_a_secret_is_opened_for_the_courier_and_one_that_does_not_open_is_asked_for_again() -> None:
    house = House()
    sealed = house.secrets.seal("a password")
    assert "a password" not in sealed
    channel = await house.choose("sftp", sealed_secret=sealed)
    await house.route("1")
    await house.work()
    assert house.couriers["sftp"].secrets == ["a password"]
    await house.store.save_channel(replace(channel, sealed_secret=sealed[:-9] + '"}'))
    await house.route("2")
    await house.work()
    assert (await house.as_it_is(channel)).last_error.startswith("sealed_value_damaged")
    assert house.couriers["sftp"].numbers == ["1"]


async def test_a_redelivery_goes_once_more_under_an_id_of_its_own_and_is_not_told_to_the_software_again() -> None:
    house = House()
    channel, other = await house.choose("mail"), await house.choose("folder")
    await house.route("1", "2")
    await house.work()
    assert sorted(due_tasks(await house.again("red_1", only=["mail"]))) == [channel.channel_id]
    assert await house.again("red_1", only=[channel.channel_id]) == [], "asked again for the same redelivery"
    assert told(await house.work()) == []
    assert house.couriers["mail"].numbers == ["1", "2", "1", "2"]
    assert len({parcel.parcel_id for parcel in house.couriers["mail"].got}) == 4
    assert house.couriers["mail"].got[2].occasion == "red_1"
    assert len(house.couriers["folder"].got) == 2
    await house.again("red_2")
    await house.work()
    assert len(house.couriers["folder"].got) == 4 and len(await house.states(other)) == 4


async def test_kafka_goes_along_with_the_transaction_and_tells_version_and_difference_in_headers() -> None:
    house = House()
    channel = await house.choose("kafka")
    older = DocumentId.of(uuid4())
    consequences = await house.route("1", invoice_version=2, supersedes=older)
    (record,) = on_kafka(consequences)
    assert record.value == house.documents[0].document
    headers = dict(record.headers)
    assert (headers["relais_version"], headers["relais_supersedes"]) == ("2", older)
    assert told(consequences) == ["feed", "kafka"] and due_tasks(consequences) == []
    assert await house.states(channel) == [("1", "done")]


async def test_while_kafka_is_paused_documents_wait_and_none_overtakes_them() -> None:
    house = House()
    channel = await house.choose("kafka", enabled=False, stopped_reason="by_office")
    assert on_kafka(await house.route("1", "2")) == []
    await house.store.save_channel(resumed(channel))
    assert on_kafka(await house.route("3")) == [], "it stands behind those that wait"
    followed = await house.work()
    assert [record.subject for record in on_kafka(followed)] == [each.document_id for each in house.documents]
    assert told(followed) == ["kafka"] * 3
    assert len(on_kafka(await house.route("4"))) == 1
    assert [state for _, state in await house.states(channel)] == ["done"] * 4


async def test_a_channel_that_was_removed_while_a_run_was_under_way_takes_nothing_with_it() -> None:
    house = House()
    channel = await house.choose()
    await house.route("1")
    house.couriers["mail"].answers.append(DONE)
    await house.store.remove_channel(channel.channel_id)
    assert await house.run(channel) == []
    house.now += timedelta(hours=1)
    assert await house.work() == []


async def test_a_channel_that_is_removed_before_its_success_is_told_goes_after_that() -> None:
    house = House()
    channel = await house.choose()
    await house.route("1", "2")
    await house.run(channel, dies=True)
    assert not await house.store.remove_channel(channel.channel_id), "it stays until that is told"
    assert await house.store.own_channels(OFFICE) == [] == await house.store.channels_of([OFFICE])
    followed = await house.work()
    assert told(followed) == ["mail", "mail"]
    assert await house.store.channel(channel.channel_id) is None
    assert house.couriers["mail"].numbers == ["1", "2"]
