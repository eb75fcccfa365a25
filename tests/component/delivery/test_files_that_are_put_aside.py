"""Who handed in a bank's file hears what of it is put aside and why, and that it was booked after all; nobody else."""

import json
from datetime import timedelta
from typing import Any

import pytest

from services.delivery import handlers
from shared.chassis.messages import EdgeRecord
from shared.contracts.documents import Claim
from shared.contracts.public import PublicEvent
from shared.contracts.statement_texts import put_aside_texts
from shared.contracts.statements import BankFileReceived, StatementQuarantined, StatementReleased
from shared.values import Language, Sha256, SoftwareSlug
from tests.adapters.delivery.parcels import OFFICE
from tests.component.delivery.channelling import House
from tests.unit.delivery.booked_statements import NUMBER

FILE = Sha256.of(b"a file of a bank")
GATEWAY = SoftwareSlug("bank-gateway")
CODES = [*(f"E{number:02d}" for number in range(1, 18)), "no_mandate", "mandate_conflict", "company_mismatch"]
CODES += ["separate_application", "number_conflict"]


class Inbox(House):
    """Files that come in and what becomes of the statements in them."""

    async def receive(self, sender: str = f"software:{GATEWAY}", file: Sha256 = FILE) -> list[Any]:
        claim = Claim(path=f"unassigned/{file}", sha256=file, size=1, media_type="application/vnd.coda")
        body = BankFileReceived(sha256=file, received_at=self.now, received_from=sender, document=claim)
        return await self.handle(handlers.know_bank_files, body)

    async def put_aside(self, code: str = "no_mandate", index: int = 0, **facts: Any) -> list[Any]:
        body = StatementQuarantined(file_sha256=FILE, index=index, code=code, **facts)
        return await self.handle(handlers.tell_put_aside, body)

    async def release(self, index: int = 0) -> list[Any]:
        body = StatementReleased(file_sha256=FILE, index=index, enterprise_number=NUMBER)
        return await self.handle(handlers.tell_put_aside, body)

    async def heard(self, software: SoftwareSlug = GATEWAY) -> list[PublicEvent]:
        page = await self.store.read_stream(software, "live", 0, (), 100)
        return [PublicEvent.model_validate_json(each.text) for each in page.notices]

    async def types(self) -> list[str]:
        return [each.type for each in await self.heard()]


async def test_the_software_hears_what_was_put_aside_and_why() -> None:
    inbox = Inbox()
    await inbox.receive()
    told = {"line": 9, "columns": "6-42", "found": "BE18988776655465", "expected": "an account with a mandate"}
    (record,) = await inbox.put_aside(**told)
    (event,) = await inbox.heard()
    assert (event.type, event.subject, event.software) == ("statement.quarantined", FILE, GATEWAY)
    assert event.data.model_dump(include={*told, "code", "waits"}) == {**told, "code": "no_mandate", "waits": True}
    assert event.data.i18n == put_aside_texts("no_mandate")  # type: ignore[union-attr]
    assert isinstance(record, EdgeRecord) and record.topic == f"software.{GATEWAY}.events.v1"
    assert json.loads(record.value)["data"]["i18n"].keys() == {"nl", "fr", "de", "en"}  # type: ignore[arg-type]


async def test_what_breaks_the_standard_waits_for_nothing() -> None:
    inbox = Inbox()
    await inbox.receive()
    await inbox.put_aside("E13", line=17, columns="42-57", found="1.00", expected="2.00")
    (event,) = await inbox.heard()
    assert event.data.waits is False  # type: ignore[union-attr]


async def test_the_release_is_told_without_a_word_of_whose_statement_it_is() -> None:
    inbox = Inbox()
    await inbox.receive()
    await inbox.put_aside()
    consequences = await inbox.release()
    assert await inbox.types() == ["statement.quarantined", "statement.released"]
    (record,) = consequences
    sent = (record.topic, record.key, record.value, record.subject, record.headers)
    assert NUMBER not in str(sent), "the company that gave the mandate is not the sender's affair"


async def test_what_comes_before_its_file_is_told_when_that_comes() -> None:
    inbox = Inbox()
    assert await inbox.put_aside(index=0) == [] and await inbox.put_aside("E04", index=2) == []
    await inbox.receive()
    assert [(each.type, each.data.index) for each in await inbox.heard()] == [  # type: ignore[union-attr]
        ("statement.quarantined", 0),
        ("statement.quarantined", 2),
    ]


async def test_what_was_released_before_it_was_heard_of_is_not_said_to_wait() -> None:
    inbox = Inbox()
    await inbox.receive()
    await inbox.release()
    inbox.now += timedelta(seconds=1)
    assert await inbox.put_aside() == []
    assert await inbox.types() == ["statement.released"]


async def test_an_older_reason_does_not_follow_a_newer_one() -> None:
    inbox = Inbox()
    await inbox.receive()
    await inbox.put_aside("mandate_conflict")
    inbox.now -= timedelta(minutes=1)
    await inbox.put_aside("no_mandate")
    assert [each.data.code for each in await inbox.heard()] == ["mandate_conflict"]  # type: ignore[union-attr]


async def test_an_office_hears_of_the_files_that_it_handed_in_itself() -> None:
    inbox = Inbox()
    await inbox.receive(f"office:{OFFICE}")
    await inbox.choose("webhook")
    assert await inbox.put_aside() != []
    page = await inbox.store.read_office_events(OFFICE, 0, (), 10)
    (told,) = (json.loads(each.text) for each in page.notices)
    assert (told["type"], told["subject"], told["client_code"]) == ("statement.quarantined", FILE, "")
    assert await inbox.heard() == []


@pytest.mark.parametrize("sender", ["operator:root", "folder:inbox"])
async def test_of_files_that_operators_and_folders_bring_nobody_outside_hears(sender: str) -> None:
    inbox = Inbox()
    await inbox.receive(sender)
    assert await inbox.put_aside() == [] and await inbox.release() == []
    assert await inbox.heard() == [] and inbox.tables.senders == {}


def test_every_code_has_a_sentence_of_its_own_in_each_language_and_unknown_ones_have_one_too() -> None:
    assert len({put_aside_texts(code)[Language.EN] for code in CODES}) == len(CODES)
    for code in (*CODES, "E99"):
        told = put_aside_texts(code)
        assert set(told) == set(Language) and len(set(told.values())) == 4
        assert all(sentence.endswith(".") for sentence in told.values())
