"""An office is told what is missing in its clients' statements: in its feed, on Kafka and by webhook alike, once."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.delivery import handlers, tasks
from services.delivery.domain.channels import ChannelKind
from services.delivery.domain.office_calls import BODY_BYTES, call_body
from services.delivery.domain.office_notices import OfficeNotice
from shared.chassis.messages import EdgeRecord
from shared.contracts.directory import CompanyChanged
from shared.contracts.public_offices import OfficeEvent
from shared.contracts.statements import StatementGapAlarmed, StatementGapClosed, StatementGapOpened
from shared.values import EventId, Language, OfficeId, StatementId
from tests.adapters.delivery.parcels import OFFICE
from tests.component.delivery.channelling import DOWN, House, a_cause, due_tasks, on_kafka
from tests.component.delivery.doors import Runtime, key_of, opened
from tests.unit.delivery.booked_statements import IBAN, NUMBER

OTHER = OfficeId("peeters")
STATEMENT = StatementId.of(UUID(int=118))
SENTENCE = "117 ontbreekt tussen 116 en 118; het saldo verspringt met 1.204,55"


def facts(**changes: Any) -> dict[str, Any]:
    euro = "EUR"
    found: dict[str, Any] = {
        "statement_id": STATEMENT,
        "enterprise_number": NUMBER,
        "iban": IBAN,
        "year": 2026,
        "sequence": 118,
        "expected_sequence": 117,
        "expected_balance": {"amount": "50.00", "currency": euro},
        "found_balance": {"amount": "1254.55", "currency": euro},
        "day": "2026-03-05",
        "before": {"statement_id": STATEMENT, "year": 2026, "sequence": 116, "day": "2026-03-03"},
        "missing": {"first": 117, "last": 117},
    }
    return found | changes


def company(*periods: tuple[OfficeId, str, str | None]) -> CompanyChanged:
    offices = [
        {"office_id": office, "since": since, "until": until, "client_code": f"code at {office}"}
        for office, since, until in periods
    ]
    read = {"enterprise_number": NUMBER, "name": "Bakkerij", "language": "nl", "client_code": "", "offices": offices}
    return CompanyChanged.model_validate(read)


class Bank(House):
    """The gaps of one company's statements."""

    async def serve(self, *periods: tuple[OfficeId, str, str | None], sequence: int = 1) -> list[Any]:
        periods = periods or ((OFFICE, "2026-01-01", None),)
        return await self.handle(handlers.know_clients, company(*periods), sequence=sequence)

    async def open_gap(self, sequence: int = 1, **changes: Any) -> list[Any]:
        body = StatementGapOpened.model_validate(facts(**changes))
        return await self.handle(handlers.tell_gaps, body, sequence=sequence)

    async def alarm(self, sequence: int = 2) -> list[Any]:
        body = StatementGapAlarmed.model_validate(facts(opened_at=self.now))
        return await self.handle(handlers.tell_gaps, body, sequence=sequence)

    async def close_gap(self, sequence: int = 3) -> list[Any]:
        body = StatementGapClosed.model_validate(facts())
        return await self.handle(handlers.tell_gaps, body, sequence=sequence)

    async def feed(self, office: OfficeId = OFFICE) -> list[OfficeEvent]:
        page = await self.store.read_office_events(office, 0, (), 100)
        return [OfficeEvent.model_validate_json(each.text) for each in page.notices]


def records(consequences: list[Any]) -> list[EdgeRecord]:
    return [each for each in on_kafka(consequences) if each.topic == f"office.{OFFICE}.documents.v1"]


async def test_what_is_missing_stands_in_the_feed_and_goes_by_the_channels_that_bring_events() -> None:
    bank = Bank()
    await bank.serve()
    await bank.choose("kafka")
    webhook = await bank.choose("webhook")
    kinds: tuple[ChannelKind, ...] = ("folder", "sftp", "mail")
    for kind in kinds:
        await bank.choose(kind)
    consequences = await bank.open_gap()
    (told,) = await bank.feed()
    assert (told.type, told.subject, told.client_code) == ("statement.gap_opened", STATEMENT, f"code at {OFFICE}")
    assert told.data.i18n[Language.NL] == SENTENCE  # type: ignore[union-attr]
    assert told.data.difference.amount == told.data.found_balance.amount - 50  # type: ignore[union-attr]
    assert due_tasks(consequences) == [webhook.channel_id], "a folder or a mailbox gets files alone"
    (record,) = records(consequences)
    assert (record.event_id, record.event_type) == (told.id, "be.relais.statement.gap_opened.v1")
    assert OfficeEvent.model_validate_json(record.value) == told  # type: ignore[arg-type]
    assert dict(record.headers) == {
        "relais_enterprise_number": NUMBER,
        "relais_client_code": f"code at {OFFICE}",
    }
    await bank.work()
    (parcel,) = bank.couriers["webhook"].got
    body = json.loads(call_body(parcel))
    assert (body["id"], body["type"], body["test"]) == (str(told.id), "statement.gap_opened", False)
    assert body["data"]["i18n"]["nl"] == SENTENCE and body["data"]["client_code"] == f"code at {OFFICE}"
    assert len(call_body(parcel)) < BODY_BYTES and call_body(parcel) == call_body(parcel)
    (done,) = await bank.store.handovers(webhook.channel_id, None, None, 10)
    assert (done.state, done.subject) == ("done", EventId.of(told.id))


async def test_the_alarm_and_the_end_are_told_in_their_order_and_what_is_past_is_not() -> None:
    bank = Bank()
    await bank.serve()
    await bank.open_gap()
    await bank.alarm()
    await bank.close_gap(sequence=3)
    await bank.alarm(sequence=2)
    await bank.open_gap(sequence=1)
    assert [each.type for each in await bank.feed()] == [
        "statement.gap_opened",
        "statement.gap_alarmed",
        "statement.gap_closed",
    ]


async def test_a_call_that_fails_is_made_again_with_the_same_id_before_what_comes_behind_it() -> None:
    bank = Bank()
    await bank.serve()
    await bank.choose("webhook")
    bank.couriers["webhook"].answers.append(DOWN)
    await bank.open_gap()
    await bank.work()
    await bank.alarm()
    await bank.later(minutes=1)
    first, again, alarmed = bank.couriers["webhook"].got
    assert first == again and isinstance(alarmed.document, OfficeNotice)
    assert alarmed.document.event.type == "statement.gap_alarmed"


async def test_a_channel_for_invoices_or_for_other_companies_brings_none_of_it() -> None:
    bank = Bank()
    await bank.serve()
    await bank.choose("webhook", documents=("sales_invoice",))
    await bank.choose("webhook", client_codes=("another",))
    assert due_tasks(await bank.open_gap()) == []
    chosen = await bank.choose("webhook", client_codes=(f"code at {OFFICE}",))
    assert due_tasks(await bank.alarm()) == [chosen.channel_id]


async def test_a_company_that_becomes_known_later_or_moves_has_its_new_office_told_once() -> None:
    bank = Bank()
    await bank.open_gap()
    assert await bank.feed() == []
    await bank.serve()
    (late,) = await bank.feed()
    assert (late.type, late.data.i18n[Language.NL]) == ("statement.gap_opened", SENTENCE)  # type: ignore[union-attr]
    await bank.serve(sequence=2)
    assert len(await bank.feed()) == 1, "it heard that already"
    await bank.alarm()
    moved = bank.now.date() - timedelta(days=1)
    await bank.serve((OFFICE, "2026-01-01", str(moved)), (OTHER, str(moved), None), sequence=3)
    (taken_over,) = await bank.feed(OTHER)
    assert (taken_over.type, taken_over.client_code) == ("statement.gap_alarmed", f"code at {OTHER}")
    await bank.close_gap()
    assert [each.type for each in await bank.feed(OTHER)][-1] == "statement.gap_closed"
    assert [each.type for each in await bank.feed()] == ["statement.gap_opened", "statement.gap_alarmed"]


async def test_what_is_older_than_thirty_days_is_forgotten_but_not_what_a_channel_has_still_to_bring() -> None:
    bank = Bank()
    await bank.serve()
    channel = await bank.choose("webhook", enabled=False, stopped_reason="by_office")
    await bank.open_gap()
    await tasks.forget_notices(bank.now + timedelta(days=31), a_cause(), bank.store)
    assert len(await bank.feed()) == 1
    (waiting,) = await bank.store.handovers(channel.channel_id, "waiting", None, 10)
    await bank.store.remove_channel(channel.channel_id)
    await tasks.forget_notices(bank.now + timedelta(days=31), a_cause(), bank.store)
    assert await bank.feed() == [] and await bank.store.office_forgotten_to(OFFICE) == 1
    assert isinstance(waiting.subject, EventId)


@pytest.fixture
async def runtime() -> Runtime:
    """An office that was told three things."""
    runtime, bank = Runtime(), Bank()
    bank.tables = runtime.tables
    await bank.serve()
    for told in (bank.open_gap, bank.alarm, bank.close_gap):
        await told()
    return runtime


async def test_an_office_reads_its_own_events_by_cursor_and_by_type(runtime: Runtime) -> None:
    async with opened(runtime) as door:
        first = (await door.get("/v1/events?limit=2", headers=key_of("janssens"))).json()
        assert [each["type"] for each in first["events"]] == ["statement.gap_opened", "statement.gap_alarmed"]
        rest = (await door.get(f"/v1/events?cursor={first['cursor']}", headers=key_of("janssens"))).json()
        assert [each["type"] for each in rest["events"]] == ["statement.gap_closed"] and not rest["more"]
        alone = await door.get("/v1/events?types=statement.gap_alarmed", headers=key_of("janssens"))
        assert len(alone.json()["events"]) == 1
        for name in ("peeters", "robaws"):
            assert (await door.get("/v1/events", headers=key_of(name))).json()["events"] == []
            foreign = await door.get(f"/v1/events?cursor={first['cursor']}", headers=key_of(name))
            assert (foreign.status_code, foreign.json()["code"]) == (400, "cursor_invalid")
        unknown = await door.get("/v1/events?types=connection.revoked", headers=key_of("janssens"))
        assert (unknown.status_code, unknown.json()["code"]) == (422, "event_type_unknown")


async def test_a_cursor_behind_which_something_is_forgotten_says_where_to_go_on(runtime: Runtime) -> None:
    async with opened(runtime) as door:
        at_first = (await door.get("/v1/events?limit=1", headers=key_of("janssens"))).json()["cursor"]
        bank = Bank()
        bank.tables = runtime.tables
        await tasks.forget_notices(bank.now + timedelta(days=31), a_cause(), bank.store)
        gone: httpx.Response = await door.get(f"/v1/events?cursor={at_first}", headers=key_of("janssens"))
        assert (gone.status_code, gone.json()["code"]) == (410, "cursor_expired")
        later = await door.get(f"/v1/events?cursor={gone.json()['cursor']}", headers=key_of("janssens"))
        assert (later.status_code, later.json()["events"]) == (200, [])
