"""The mail with the token as the software sees it: queued, sent, deferred, bounced; and since when it is connected."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest

from services.intake.domain.connections import Ask, asked
from services.intake.domain.progress import entry_of, progressed
from services.intake.domain.wording import hindrance
from shared.contracts import (
    ConnectionActivated,
    ConnectionBlocked,
    ConnectionOfficeChanged,
    ConnectionRevoked,
    ConnectionVerified,
    MailBounced,
    TokenExpired,
    TokenMailed,
)
from shared.contracts.documents import Sealed
from shared.values import EnterpriseNumber, Language, OfficeId, SoftwareSlug

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
NUMBER, ROBAWS = EnterpriseNumber("0010.080.080"), SoftwareSlug("robaws")
NEW = asked(None, ROBAWS, "live", Ask(enterprise_number=NUMBER), NOW)[0]
OF = {"connection_id": NEW.connection_id, "enterprise_number": NUMBER, "software": ROBAWS}


def at(seconds):
    return NOW + timedelta(seconds=seconds)


def verified(address_version=1, ordinal=1):
    return ConnectionVerified(
        **OF, ordinal=ordinal, office_id=OfficeId("janssens"), language=Language.DE, company_name="An",
        email=Sealed(key_id="k", ciphertext="c"), masked_email="a***@e***.example", address_version=address_version,
    )  # fmt: skip


def bounced(version=1, **more):
    return MailBounced(**OF, address_version=version, reply_code=550, detail="no such user", **more)


MAILED = TokenMailed(**OF, issue=1, masked_email="a***@e***.example", expires_at=at(3600))
BLOCKED = ConnectionBlocked(
    **OF, reason="email_bounced", contact="accounting_office", language=Language.EN, expires_at=at(3600)
)


def story(*told):
    connection = NEW
    for body, sequence, seconds in told:
        connection = progressed(connection, body, sequence, at(seconds))
    return connection


def test_before_there_is_anything_to_mail_there_is_no_state():
    assert NEW.mail_state(NOW) is None


def test_a_mail_is_queued_then_deferred_and_sent_once_a_server_took_it():
    waiting = story((verified(), 1, 0))
    assert waiting.mail_state(at(1)) == "queued"
    assert waiting.mail_state(at(61)) == "deferred"
    assert progressed(waiting, MAILED, 1, at(90)).mail_state(at(91)) == "sent"


@pytest.mark.parametrize("order", list(permutations(range(5))))
def test_a_bounce_and_a_new_address_end_queued_in_whatever_order_they_are_heard(order):
    told = [(verified(), 1, 0), (MAILED, 1, 1), (bounced(), 2, 2), (BLOCKED, 2, 3), (verified(2), 3, 4)]
    assert story(*told[:4]).mail_state(at(5)) == "bounced"
    assert story(*(told[place] for place in order)).mail_state(at(5)) == "queued"


def test_a_mail_that_nobody_took_in_three_days_is_not_a_bounce():
    assert story((verified(), 1, 0), (bounced(given_up=True), 2, 300_000)).mail_state(at(300_001)) == "deferred"


def test_asking_again_does_not_queue_a_mail_that_was_sent():
    again = story((verified(), 1, 0), (MAILED, 1, 1), (verified(1, 2), 2, 50))
    assert again.mail_state(at(500)) == "sent"


def test_an_active_connection_says_since_when():
    active = progressed(NEW, ConnectionActivated(**OF, activated_at=at(7)), 1, at(8))
    assert active.active_since == at(7)


def test_another_office_and_who_revoked_are_told_in_the_timeline_and_change_no_state():
    moved = ConnectionOfficeChanged(**OF, since=date(2027, 1, 1))
    assert progressed(NEW, moved, 9, at(1)).state == NEW.state
    entry = entry_of(moved, UUID(int=1), NOW)
    assert (entry.kind, entry.note) == ("connection.office_changed", "2027-01-01")
    assert entry_of(ConnectionRevoked(**OF, revoked_by="office"), UUID(int=2), NOW).note == "office"


def test_what_stands_in_the_way_is_one_code():
    assert hindrance(NEW) is None
    assert hindrance(story((verified(), 1, 0), (MAILED, 1, 1))) is None
    assert hindrance(story((verified(), 1, 0), (bounced(), 2, 2), (BLOCKED, 2, 3))) == "email_bounced"
    assert hindrance(story((verified(), 1, 0), (MAILED, 1, 1), (TokenExpired(**OF, issue=1), 2, 2))) == "token_expired"
