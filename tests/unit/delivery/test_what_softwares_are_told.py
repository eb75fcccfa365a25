"""What a software is told of an event: under which name and id, about what, of which mode, and of whom nothing."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid5

import pytest

from services.delivery.domain.notices import bank_file_notice, notice_of, public_name, superseded_notice
from services.delivery.domain.put_aside import ToldOfFile
from shared.contracts.connections import ConnectionRefused, MailBounced, TokenExpired, TokenMailed
from shared.contracts.event import Event
from shared.contracts.invoices import (
    InvoiceAccepted,
    InvoiceHeld,
    InvoiceQuarantined,
    InvoiceRepeated,
    InvoiceRouted,
    InvoiceSubmitted,
)
from shared.contracts.public_statements import StatementReleasedFacts
from shared.contracts.statements import StatementGapClosed, TransactionsBooked
from shared.values import DocumentId, Sha256, SoftwareSlug
from tests.component.delivery.doors import NUMBER
from tests.component.delivery.paying import GAP, STATEMENT, document
from tests.unit.delivery.test_notices_and_cursors import OF

CAUSE, AT = UUID(int=7), datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OLDER, NEWER = DocumentId.of(UUID(int=1)), DocumentId.of(UUID(int=2))
ROBAWS, BILLIT = SoftwareSlug("robaws"), SoftwareSlug("billit")
BOUNCED = MailBounced(**OF, address_version=1, reply_code=550, detail="")


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (TokenMailed, "connection.token_sent"),
        (TokenExpired, "connection.token_expired"),
        (TransactionsBooked, "statement.booked"),
        (InvoiceSubmitted, "document.received"),
        (InvoiceAccepted, "document.accepted"),
        (InvoiceRouted, "document.routed"),
        (InvoiceHeld, "document.held"),
        (InvoiceRepeated, "document.repeated"),
        (InvoiceQuarantined, "document.quarantined"),
        (MailBounced, "mail.bounced"),
        (StatementGapClosed, "statement.gap_closed"),
    ],
)
def test_softwares_know_events_by_public_names(event: type[Event], name: str) -> None:
    assert public_name(event) == name


def test_who_sent_the_older_version_is_told_of_the_newer_one_whoever_sent_that() -> None:
    older = replace(document("A-1", OLDER), mode="test")
    newer = replace(document("A-1", NEWER, "billit"), invoice_version=2)
    told = superseded_notice(older, newer, CAUSE, AT)
    assert (told.event.type, told.event.subject, told.event.software) == ("document.superseded", OLDER, ROBAWS)
    assert (told.event.id, told.event.time) == (uuid5(CAUSE, "document.superseded/robaws"), AT)
    assert (told.enterprise_number, told.mode) == (NUMBER, "test")
    assert told.event.data.model_dump() == {
        "document_id": OLDER,
        "enterprise_number": NUMBER,
        "connection_id": older.connection_id,
        "superseded_by": NEWER,
        "version": 2,
    }


def test_whoever_handed_in_a_file_hears_of_it_without_a_company() -> None:
    facts = StatementReleasedFacts(file_sha256=Sha256.of(b"file"), index=3)
    told = bank_file_notice(ToldOfFile(CAUSE, AT, "statement.released", facts), BILLIT)
    assert (told.enterprise_number, told.mode, told.event.data) == (None, "live", facts)
    assert (told.event.id, told.event.subject) == (uuid5(CAUSE, "statement.released/billit"), Sha256.of(b"file"))


def test_an_event_is_of_its_own_software_and_mode_unless_another_is_named() -> None:
    plain = notice_of(CAUSE, AT, StatementGapClosed.model_validate(GAP), software=BILLIT)
    assert (plain.event.software, plain.mode, plain.enterprise_number) == (BILLIT, "live", NUMBER)
    own = notice_of(CAUSE, AT, BOUNCED)
    assert (own.event.software, own.mode) == (ROBAWS, "live")
    quarantined = InvoiceQuarantined(**OF, document_id=OLDER, mode="test", reason="sandbox_document")
    simulated = notice_of(CAUSE, AT, quarantined)
    assert (simulated.mode, simulated.event.subject) == ("test", OLDER)
    assert notice_of(CAUSE, AT, BOUNCED, mode="test").mode == "test"


def test_it_is_about_the_document_the_statement_or_the_connection() -> None:
    gap = notice_of(CAUSE, AT, StatementGapClosed.model_validate(GAP), software=BILLIT)
    assert gap.event.subject == STATEMENT
    assert notice_of(CAUSE, AT, BOUNCED).event.subject == OF["connection_id"]


def test_what_is_added_is_told_beside_the_events_own_facts() -> None:
    body = StatementGapClosed.model_validate(GAP)
    through = GAP["before"]
    told = notice_of(CAUSE, AT, body, software=BILLIT, data={"final_through": through}).event.data
    assert told.model_dump(mode="json", include={"final_through", "sequence"}) == {
        "final_through": through,
        "sequence": 118,
    }


def test_a_refusal_is_explained_as_well_and_other_events_are_not() -> None:
    refused = notice_of(CAUSE, AT, ConnectionRefused(**OF, reason="already_connected", contact="help_desk"))
    assert set(refused.event.data.model_dump(mode="json")["title"]) == {"nl", "fr", "de", "en"}
    assert "title" not in notice_of(CAUSE, AT, BOUNCED).text
