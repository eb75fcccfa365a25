"""What a software sees of a connection, in whatever order the others tell it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.connections import Ask, asked, connection_id
from services.intake.domain.documents import (
    LARGEST_BYTES,
    Unusable,
    document_id,
    flaw_of_connection,
    flaw_of_pdf,
    flaw_of_xml,
)
from services.intake.domain.progress import entry_of, progressed
from services.intake.domain.submissions import DocumentSubmission, read
from services.intake.domain.wording import told
from shared.contracts import (
    ConnectionActivated,
    ConnectionBlocked,
    ConnectionExpired,
    ConnectionVerified,
    MailBounced,
    TokenExpired,
    TokenMailed,
)
from shared.contracts.documents import Sealed
from shared.contracts.submissions import CONNECTION_TYPE, DOCUMENT_TYPE
from shared.values import EnterpriseNumber, Language, OfficeId, Sha256, SoftwareSlug

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
NUMBER, ROBAWS = EnterpriseNumber("0010.080.080"), SoftwareSlug("robaws")
ASK = Ask(enterprise_number=NUMBER)
NEW = asked(None, ROBAWS, "live", ASK, NOW)[0]
OF = {"connection_id": NEW.connection_id, "enterprise_number": NUMBER, "software": ROBAWS}


def verified(ordinal=1):
    return ConnectionVerified(
        **OF, ordinal=ordinal, office_id=OfficeId("janssens"), language=Language.DE, company_name="An",
        email=Sealed(key_id="k", ciphertext="c"), masked_email="a***@e***.be", address_version=1,
    )  # fmt: skip


def blocked():
    return ConnectionBlocked(
        **OF, reason="email_unknown", contact="accounting_office", language=Language.EN, expires_at=NOW
    )


def mailed(issue=1):
    return TokenMailed(**OF, issue=issue, masked_email="a***@e***.be", expires_at=NOW + timedelta(hours=72))


ACTIVATED = ConnectionActivated(**OF, activated_at=NOW)


def test_the_same_place_gives_the_same_id_and_each_generation_another():
    assert NEW.connection_id == connection_id("robaws", "live", NUMBER, 1)
    others = {connection_id("robaws", "test", NUMBER, 1), connection_id("robaws", "live", NUMBER, 2)}
    assert NEW.connection_id not in others
    assert len(others) == 2


def test_asking_again_keeps_the_id_counts_up_and_forgets_the_reason():
    again, body = asked(progressed(NEW, blocked(), 1, NOW), ROBAWS, "live", ASK, NOW)
    assert (again.connection_id, again.ordinal, again.state, again.reason) == (NEW.connection_id, 2, "requested", "")
    assert body is not None
    assert body.ordinal == 2


def test_an_active_connection_is_not_asked_for_again():
    active = replace(NEW, access="active")
    assert asked(active, ROBAWS, "live", ASK, NOW) == (active, None)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_every_order_of_the_story_ends_active(order):
    story = [(blocked(), 1), (verified(), 2), (mailed(), 1), (ACTIVATED, 2)]
    connection = NEW
    for index in order:
        connection = progressed(connection, *story[index], NOW)
    assert connection.state == "active"
    assert connection.reason == ""


def test_a_token_that_expired_before_its_mailing_was_heard_stays_expired():
    expired = progressed(NEW, TokenExpired(**OF, issue=1), 2, NOW)
    connection = progressed(progressed(expired, mailed(), 1, NOW), verified(), 1, NOW)
    assert connection.state == "token_expired"
    assert progressed(connection, mailed(2), 3, NOW).state == "token_sent"


def test_an_answer_to_an_earlier_asking_does_not_answer_the_later_one():
    again = asked(NEW, ROBAWS, "live", ASK, NOW)[0]
    assert progressed(again, verified(1), 1, NOW).state == "requested"
    assert progressed(again, verified(2), 2, NOW).state == "verified"


def test_expiry_and_bounces_are_told_in_the_timeline():
    expired = ConnectionExpired(**OF, reason="email_unknown")
    assert progressed(NEW, expired, 2, NOW).state == "expired"
    entry = entry_of(expired, UUID(int=1), NOW)
    assert (entry.kind, entry.note) == ("connection.expired", "email_unknown")
    bounced = MailBounced(**OF, address_version=1, reply_code=550, detail="no such user an@example.be")
    assert progressed(NEW, bounced, 2, NOW).state == "requested"
    assert entry_of(bounced, UUID(int=1), NOW).note == ""


def test_a_reason_is_told_with_whom_to_contact():
    text = told(progressed(NEW, blocked(), 1, NOW))
    assert "your accounting office" in text
    assert "{" not in text


def test_only_an_active_connection_with_the_scope_takes_documents():
    active = replace(NEW, access="active")
    assert flaw_of_connection(active) is None
    assert flaw_of_connection(None).status == 404
    assert flaw_of_connection(NEW).code == "connection_not_active"
    assert flaw_of_connection(replace(active, scopes=("statements:read",))).code == "scope_missing"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<Invoice/>", None),
        (b"\xef\xbb\xbf\r\n <Invoice/>", None),
        (b"\xff\xfe<\x00", None),
        (b"", "document_empty"),
        (b"%PDF-1.7", "document_invalid"),
        (b"<" + b" " * LARGEST_BYTES, "document_too_large"),
    ],
)
def test_bytes_that_can_be_xml_are_told_from_those_that_cannot(data, code):
    flaw = flaw_of_xml(data)
    assert (flaw.code if flaw else None) == code


def test_a_pdf_is_known_by_its_header_and_whole_by_its_end():
    whole = b"\n%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
    assert flaw_of_pdf(whole) is None
    assert flaw_of_pdf(whole + bytes(2_000)) is None
    told = {data: flaw_of_pdf(data) for data in (b"<pdf/>", b"%PDF-1.7", whole[:-7] + b" " * 40, whole + bytes(2_048))}
    assert {flaw.code for flaw in told.values()} == {"pdf_invalid"}
    assert [flaw.expected for flaw in told.values()] == [
        "%PDF-", "at least 32 bytes", *["%%EOF in the last 2048 bytes"] * 2,
    ]  # fmt: skip


def test_equal_bytes_over_one_connection_are_one_document():
    other = connection_id("billit", "live", NUMBER, 1)
    digest = Sha256.of(b"<Invoice/>")
    assert document_id(NEW.connection_id, digest) == document_id(NEW.connection_id, digest)
    assert document_id(NEW.connection_id, digest) != document_id(other, digest)


def test_a_swapped_number_is_rejected_with_its_place_and_what_was_expected():
    flaw = read(CONNECTION_TYPE, b'{"enterprise_number": "0010.080.197"}', {})
    assert isinstance(flaw, Unusable)
    assert (flaw.code, flaw.pointer, flaw.found) == (
        "enterprise_number_checksum", "/enterprise_number", "0010.080.197",
    )  # fmt: skip
    assert "0010.080.179" in flaw.detail


@given(
    st.sampled_from([CONNECTION_TYPE, DOCUMENT_TYPE, "", "x\x00y"]) | st.text(max_size=200),
    st.binary(max_size=300),
    st.dictionaries(st.sampled_from(["relais_connection", "other"]), st.text(max_size=100), max_size=2),
)
def test_whatever_a_tenant_publishes_is_read_or_rejected_but_never_fails(event_type, value, headers):
    content = read(event_type, value, headers)
    assert isinstance(content, Ask | DocumentSubmission | Unusable)
    if isinstance(content, Unusable):
        assert content.code
        assert "\x00" not in content.found + content.detail
        assert len(content.found) <= 90
