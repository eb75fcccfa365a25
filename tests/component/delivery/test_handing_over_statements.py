"""Statements go through the channels of the office as documents do: by the day of receipt, in order, each once."""

from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any
from uuid import uuid4

import pytest

from services.delivery import handlers
from services.delivery.domain.clients import Client
from services.delivery.domain.deliverables import Model
from services.delivery.domain.office_calls import BODY_BYTES, call_body
from services.delivery.domain.package_mails import package_mail
from services.delivery.domain.samples import sample_parcel
from services.delivery.domain.statement_lists import StatementFilter
from services.delivery.handlers.handing_over import hand_over_again
from shared.contracts.directory import CompanyChanged, OfficePeriod
from shared.contracts.documents import Claim
from shared.contracts.statements import TransactionsBooked
from shared.values import EmailAddress, Language, OfficeId, Sha256, StatementId
from tests.adapters.delivery.parcels import OFFICE, a_channel
from tests.component.delivery.channelling import CODA, DOWN, MOVEMENTS, NEVER, House, a_cause, due_tasks, on_kafka, told
from tests.unit.delivery.booked_statements import IBAN, NUMBER, booked
from tests.unit.delivery.camt_shape import faults

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
EARLIER = OfficeId("peeters")
BOTH: tuple[Model, ...] = ("coda", "sales_invoice")


def claim(data: bytes, media_type: str) -> Claim:
    return Claim(path=f"{NUMBER}/x", sha256=Sha256.of(data), size=len(data), media_type=media_type)


def a_statement(**facts: Any) -> TransactionsBooked:
    claims = {"statement": claim(CODA, "text/plain"), "movements": claim(MOVEMENTS, "application/jsonl")}
    return booked(1, **{**claims, "received_at": NOW, **facts})


def a_company(*periods: tuple[OfficeId, str, str | None], code: str = "K12") -> CompanyChanged:
    return CompanyChanged.model_validate(
        {"enterprise_number": NUMBER, "name": "Bakkerij De Korenaar", "language": "nl", "client_code": code}
        | {"offices": [{"office_id": office, "since": since, "until": until} for office, since, until in periods]}
    )


class Bank(House):
    """Statements of the one company that the office serves."""

    async def serve(self, *periods: tuple[OfficeId, str, str | None]) -> list[Any]:
        return await self.handle(handlers.know_clients, a_company(*periods or ((OFFICE, "2026-01-01", None),)))

    async def book(self, *statements: TransactionsBooked) -> list[Any]:
        return await self.handle(handlers.tell_transactions, *statements)

    async def listed(self, office: OfficeId = OFFICE) -> list[Any]:
        return [
            row.statement.body
            for row in await self.store.office_statements(office, None, 10, StatementFilter(), "oldest")
        ]


async def test_a_statement_goes_by_every_channel_that_takes_statements() -> None:
    bank = Bank()
    await bank.serve()
    folder = await bank.choose("folder", statement_files=("json", "xml", "pdf", "cod"))
    mail = await bank.choose("mail", statement_files=("pdf", "cod"), language=Language.FR)
    await bank.choose("webhook", documents=("sales_invoice",))
    await bank.choose("sftp", client_codes=("K99",), statement_files=("cod",))
    kafka = await bank.choose("kafka", documents=("coda",))
    consequences = await bank.book(a_statement())
    assert due_tasks(consequences) == sorted([folder.channel_id, mail.channel_id])
    await bank.work()
    (in_folder,), (mailed,) = bank.couriers["folder"].got, bank.couriers["mail"].got
    assert bank.couriers["webhook"].got == bank.couriers["sftp"].got == []
    assert in_folder.folder == ("K12", "2026", str(IBAN))
    start = f"20260302_{IBAN}_EUR_041_{Sha256.of(CODA)[:8]}"
    assert [file.name for file in in_folder.files] == [f"{start}.{kind}" for kind in ("json", "xml", "pdf", "cod")]
    contents = {file.kind: file.data for file in in_folder.files}
    assert contents["cod"] == CODA, "the bank's bytes"
    assert faults(contents["xml"]) == []
    assert b'"client_code":"K12"' in contents["json"] and contents["pdf"].startswith(b"%PDF")
    assert [file.made_here for file in in_folder.files] == [True, True, True, False]
    assert [file.kind for file in mailed.files] == ["pdf", "cod"] and Language.FR in bank.files.languages
    assert await bank.listed() == [a_statement()]
    (record,) = on_kafka(consequences)
    headers = dict(record.headers)
    assert (record.value, record.content_type) == (a_statement().statement, "application/vnd.coda")
    assert (headers["relais_document_model"], headers["relais_iban"]) == ("coda", str(IBAN))
    assert (headers["relais_year"], headers["relais_sequence"]) == ("2026", "41")
    assert (await bank.as_it_is(kafka)).last_success_at == bank.now
    assert told(consequences) == [], "no software sent it"


async def test_a_statement_that_is_told_again_is_handed_over_once() -> None:
    bank = Bank()
    await bank.serve()
    await bank.choose("folder", statement_files=("cod",))
    await bank.book(a_statement())
    await bank.work()
    assert due_tasks(await bank.book(a_statement())) == []
    await bank.work()
    assert len(bank.couriers["folder"].got) == 1


@pytest.mark.parametrize(
    ("received", "office"),
    [
        ("2026-02-28T22:59:00Z", EARLIER),
        ("2026-02-28T23:01:00Z", OFFICE),  # the first of March in Brussels
        ("2025-12-31T12:00:00Z", EARLIER),  # before any period: the first that begins later
    ],
)
async def test_the_day_of_receipt_decides_the_office(received: str, office: OfficeId) -> None:
    bank = Bank()
    await bank.serve((EARLIER, "2026-01-01", "2026-03-01"), (OFFICE, "2026-03-01", None))
    await bank.book(a_statement(received_at=datetime.fromisoformat(received)))
    other = OFFICE if office == EARLIER else EARLIER
    assert (len(await bank.listed(office)), len(await bank.listed(other))) == (1, 0)


async def test_a_statement_that_came_before_its_office_goes_to_it_then() -> None:
    bank = Bank()
    await bank.choose("folder", statement_files=("cod",))
    assert due_tasks(await bank.book(a_statement())) == []
    assert await bank.listed() == []
    assert len(due_tasks(await bank.serve())) == 1
    await bank.work()
    (parcel,) = bank.couriers["folder"].got
    assert parcel.folder[0] == "K12"
    assert due_tasks(await bank.serve()) == [], "it went already"


async def test_invoices_and_statements_keep_one_order_while_the_receiver_is_down() -> None:
    bank = Bank()
    await bank.serve()
    channel = await bank.choose("folder", files=("xml",), statement_files=("cod",))
    bank.couriers["folder"].answers.extend([DOWN, DOWN])
    await bank.route("1")
    await bank.book(a_statement())
    await bank.work()
    await bank.route("2")
    assert await bank.work() == []
    await bank.later(hours=1)
    await bank.later(hours=1)
    assert bank.couriers["folder"].numbers == ["1", "1", "1", "2026/041", "2"]
    states = [each.state for each in await bank.store.handovers(channel.channel_id, None, None, 10)]
    assert states == ["done"] * 3


async def test_a_statement_that_is_refused_for_good_is_set_aside_and_the_next_goes_on() -> None:
    bank = Bank()
    await bank.serve()
    channel = await bank.choose("mail", statement_files=("cod",))
    bank.couriers["mail"].answers.append(NEVER)
    await bank.book(a_statement())
    await bank.route("2")
    await bank.work()
    (failed,) = await bank.store.handovers(channel.channel_id, "failed", None, 10)
    assert failed.subject == a_statement().statement_id and "mailbox full" in failed.last_error
    assert bank.couriers["mail"].numbers == ["2026/041", "2"]


async def test_without_a_pdf_the_banks_lines_go_alone_and_it_is_said() -> None:
    bank = Bank()
    await bank.serve()
    bank.files.unprintable = True
    channel = await bank.choose("mail", statement_files=("pdf", "cod"))
    await bank.book(a_statement())
    await bank.work()
    (parcel,) = bank.couriers["mail"].got
    assert parcel.without_pdf and [file.kind for file in parcel.files] == ["cod"]
    (done,) = await bank.store.handovers(channel.channel_id, "done", None, 10)
    assert done.receipt.startswith("without PDF")


async def test_a_company_moves_on_and_its_older_statements_stay_where_they_came() -> None:
    bank = Bank()
    await bank.serve((EARLIER, "2026-01-01", None))
    await bank.book(a_statement())
    await bank.store.save_clients(
        [(Client(NUMBER, "B", Language.NL, "N", (OfficePeriod(office_id=OFFICE, since=date(2026, 1, 1)),)), 9)]
    )
    await bank.book(a_statement())
    assert len(await bank.listed(EARLIER)) == 1


@pytest.mark.parametrize("language", list(Language))
async def test_a_mail_says_which_account_and_balances_in_every_language(language: Language) -> None:
    bank = Bank()
    await bank.serve()
    await bank.choose("mail", statement_files=("pdf", "cod"), language=language)
    await bank.book(a_statement())
    await bank.work()
    (parcel,) = bank.couriers["mail"].got
    sender, mailbox = "Relais <documents@relais.example>", EmailAddress("in@pakket.example")
    message = message_from_bytes(package_mail(parcel, sender, mailbox) or b"", policy=default)
    assert "2026/041" in message["Subject"] and IBAN.formatted in message["Subject"]
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    amounts = {
        Language.NL: ("1.250,00", "1.422,89", "02/03/2026"),
        Language.FR: ("1\u202f250,00", "1\u202f422,89", "02/03/2026"),
        Language.DE: ("1.250,00", "1.422,89", "02.03.2026"),
        Language.EN: ("1,250.00", "1,422.89", "02/03/2026"),
    }
    for told_of in (*amounts[language], "K12", NUMBER.formatted):
        assert told_of in text, told_of
    assert "{" not in text
    names = [each.get_filename() for each in message.iter_attachments()]
    assert [name.rsplit(".", 1)[1] for name in names if name] == ["pdf", "cod"]
    large = replace(parcel, files=(replace(parcel.files[0], data=b"x" * 11_000_000), parcel.files[1]))
    lean = message_from_bytes(package_mail(large, sender, mailbox) or b"", policy=default)
    assert [str(each.get_filename())[-3:] for each in lean.iter_attachments()] == ["cod"]


async def test_a_call_has_the_facts_and_links_and_is_the_same_again() -> None:
    bank = Bank()
    await bank.serve()
    await bank.choose("webhook")
    await bank.book(a_statement())
    await bank.work()
    (parcel,) = bank.couriers["webhook"].got
    body = call_body(parcel)
    assert body == call_body(parcel) and len(body) < BODY_BYTES
    assert (
        b'"type":"statement.delivered"' in body and f"/v1/statements/{a_statement().statement_id}/coda".encode() in body
    )


async def test_a_channel_for_statements_alone_is_tried_with_a_statement() -> None:
    files: Any = ("json", "xml", "pdf", "cod")
    channel = a_channel("folder", documents=("coda",), statement_files=files)
    parcel = sample_parcel(channel, Language.NL, uuid4(), NOW)
    assert parcel.test and parcel.folder[0] == "TEST" and [file.kind for file in parcel.files] == list(files)
    contents = {file.kind: file.data for file in parcel.files}
    assert faults(contents["xml"]) == [] and b"do not book" in contents["cod"]
    both = sample_parcel(replace(channel, documents=BOTH, files=("xml",)), Language.NL, uuid4(), NOW)
    assert [file.kind for file in both.files] == ["xml"]


async def test_what_is_asked_for_again_goes_again_by_the_channels_that_are_named() -> None:
    bank = Bank()
    await bank.serve()
    mail = await bank.choose("mail", statement_files=("cod",))
    await bank.choose("folder", statement_files=("cod",))
    await bank.book(a_statement())
    await bank.work()
    known = await bank.store.routed_statements(OFFICE, [a_statement().statement_id])
    for _ in range(2):
        await hand_over_again(a_cause(), list(known.values()), "red_1", bank.now, bank.store, (mail.channel_id,))
    await bank.work()
    first, again = bank.couriers["mail"].got
    assert first.parcel_id != again.parcel_id and first.files == again.files
    assert len(bank.couriers["folder"].got) == 1


async def test_the_client_code_is_that_of_the_office_which_receives_the_statement() -> None:
    bank, moved = Bank(), date(2026, 2, 1)
    before = OfficePeriod(office_id=EARLIER, since=date(2020, 1, 1), until=moved, client_code="K12")
    offices = (before, OfficePeriod(office_id=OFFICE, since=moved, client_code=""))
    await bank.handle(handlers.know_clients, a_company().model_copy(update={"offices": offices}))
    await bank.book(a_statement())
    await bank.book(
        a_statement(received_at=datetime(2026, 1, 5, 9, 0, tzinfo=UTC), statement_id=StatementId.of(uuid4()))
    )
    codes = {
        office: [row.statement.client_code for row in rows.values()]
        for office, rows in bank.tables.statement_feeds.items()
    }
    assert codes == {OFFICE: [""], EARLIER: ["K12"]}
    client = (await bank.store.clients([NUMBER]))[NUMBER]
    assert [client.code_of(office) for office in (EARLIER, OFFICE)] == ["K12", ""]
    assert Client(NUMBER, "An", Language.NL, "K1", (before,)).code_of(OFFICE) == "K1", "a snapshot of before"
