"""What the search for an order that matters brought up, each as a short story of its own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.intake.domain.connections import Ask, asked
from services.intake.domain.progress import progressed
from shared.contracts import ConnectionActivated, ConnectionRevoked, ConnectionVerified, TokenMailed
from shared.contracts.documents import Sealed
from shared.values import EnterpriseNumber, Language, OfficeId, SoftwareSlug

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ROBAWS, ASK = SoftwareSlug("robaws"), Ask(enterprise_number=EnterpriseNumber("0010.080.080"))
NEW = asked(None, ROBAWS, "live", ASK, NOW)[0]
OF = {"connection_id": NEW.connection_id, "enterprise_number": NEW.enterprise_number, "software": ROBAWS}


def seconds(passed: int) -> datetime:
    return NOW + timedelta(seconds=passed)


def verified(ordinal: int) -> ConnectionVerified:
    return ConnectionVerified(
        **OF,
        ordinal=ordinal,
        office_id=OfficeId("janssens"),
        language=Language.NL,
        company_name="An",
        email=Sealed(key_id="k", ciphertext="c"),
        masked_email="a***@b***.example",
        address_version=1,
    )


def test_a_mail_that_left_is_told_as_sent_though_its_company_was_asked_for_again_meanwhile() -> None:
    again = asked(NEW, ROBAWS, "live", ASK, seconds(1))[0]
    mailed = TokenMailed(**OF, issue=1, masked_email="a***@b***.example", expires_at=NOW + timedelta(hours=72))
    seen = progressed(again, verified(1), 1, NOW)
    seen = progressed(seen, mailed, 2, seconds(2))
    # Inside the cool-down the second asking gives no mail of its own.
    seen = progressed(seen, verified(2), 2, seconds(3))
    assert (seen.state, seen.mail_state(seconds(600))) == ("token_sent", "sent")


def test_since_when_it_was_active_is_known_whichever_of_beginning_and_end_is_heard_first() -> None:
    begun, ended = ConnectionActivated(**OF, activated_at=NOW), ConnectionRevoked(**OF, revoked_by="office")
    one = progressed(progressed(NEW, begun, 1, NOW), ended, 2, seconds(5))
    other = progressed(progressed(NEW, ended, 2, seconds(5)), begun, 1, NOW)
    assert one == replace(other, updated_at=one.updated_at)
    assert (other.state, other.active_since) == ("revoked", NOW)
