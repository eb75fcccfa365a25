"""What a software is told, and how far it read."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.delivery.domain.cursors import CursorRejected, cursor_at, position_of
from services.delivery.domain.edges import edge_of
from services.delivery.domain.notices import may_read_statements, notice_of
from shared.contracts.connections import ConnectionBlocked, MailBounced
from shared.contracts.invoices import Finding, InvoiceQuarantined
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, SoftwareSlug

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OF = {
    "connection_id": ConnectionId.of(uuid4()),
    "enterprise_number": EnterpriseNumber("0403170701"),
    "software": SoftwareSlug("robaws"),
}


def test_a_blocked_connection_is_explained_in_four_languages() -> None:
    body = ConnectionBlocked(**OF, reason="email_unknown", contact="accounting_office", expires_at=NOW)
    told = json.loads(notice_of(uuid4(), NOW, body).text)
    assert told["type"] == "connection.blocked"
    assert set(told["data"]["title"]) == {"nl", "fr", "de", "en"}
    assert told["data"]["contact"] == "accounting_office"


def test_the_words_of_a_mail_server_are_not_passed_on() -> None:
    body = MailBounced(**OF, address_version=1, reply_code=550, detail="no mailbox jan@example.be")
    assert "jan@" not in notice_of(uuid4(), NOW, body).text


def test_the_same_event_is_told_under_the_same_id() -> None:
    body = MailBounced(**OF, address_version=1, reply_code=550, detail="")
    event_id = uuid4()
    assert notice_of(event_id, NOW, body) == notice_of(event_id, NOW, body)
    other = notice_of(event_id, NOW, body, software=SoftwareSlug("billit"))
    assert other.event.id != notice_of(event_id, NOW, body).event.id


def test_a_connection_without_scopes_has_them_all() -> None:
    assert may_read_statements(()) and may_read_statements(("statements:read",))
    assert not may_read_statements(("invoices:write",))


@given(st.integers(0, 10**18 - 1))
def test_a_cursor_says_where_it_was_given_out(position: int) -> None:
    assert position_of(cursor_at("robaws", position), "robaws") == position


@given(st.text(max_size=60))
def test_any_other_text_is_refused_or_was_given_out(text: str) -> None:
    try:
        position = position_of(text, "robaws")
    except CursorRejected as error:
        assert error.code == "cursor_invalid"
    else:
        assert position >= 0


def test_the_cursor_of_another_software_is_refused() -> None:
    with pytest.raises(CursorRejected):
        position_of(cursor_at("billit", 3), "robaws")


def test_an_edge_has_its_own_topics_only() -> None:
    assert edge_of("office", "janssens").topics == ("office.janssens.documents.v1",)
    assert edge_of("software", "robaws").submissions == "software.robaws.submissions.v1"


def test_what_was_found_in_a_document_is_told_in_four_languages_and_no_more_than_can_be_read() -> None:
    found = Finding(code="BR-CO-15", severity="warn", found="1200.00", expected="1210.00", message="BR-CO-15 at …")
    body = InvoiceQuarantined(
        **OF, document_id=DocumentId.of(uuid4()), reason="document_invalid", findings=(found,) * 30
    )
    told = json.loads(notice_of(uuid4(), NOW, body).text)["data"]
    assert (len(told["findings"]), told["other_findings"]) == (20, 10)
    first = told["findings"][0]
    assert (first["code"], first["message"], set(first["i18n"])) == (
        found.code,
        found.message,
        {"nl", "fr", "de", "en"},
    )
    assert "1210.00" in first["i18n"]["fr"]
