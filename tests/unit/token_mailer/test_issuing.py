"""When a token is issued, mailed again, or neither."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.token_mailer.domain.issuing import (
    COOL_DOWN,
    DAY,
    DEFAULT_SCOPES,
    MAILS_A_DAY,
    Answer,
    Issuing,
    answer_request,
    waits_for,
)
from services.token_mailer.domain.records import Connection, Token
from services.token_mailer.domain.tokens import TokenKey
from shared.contracts.connections import ConnectionVerified
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EnterpriseNumber, Language, OfficeId, SoftwareSlug

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
ISSUING = Issuing(TokenKey(bytes(range(32))), timedelta(hours=72))


def verified(**changes: Any) -> ConnectionVerified:
    facts: dict[str, Any] = {
        "connection_id": ConnectionId.of(UUID(int=7)),
        "enterprise_number": EnterpriseNumber("0010.080.080"),
        "software": SoftwareSlug("robaws"),
        "office_id": OfficeId("janssens"),
        "language": Language.NL,
        "company_name": "Bakkerij De Korenaar",
        "email": Sealed(key_id="0" * 16, ciphertext="AA=="),
        "masked_email": "z***@e***.be",
        "address_version": 1,
    }
    return ConnectionVerified(**facts | changes)


def ask(
    known: Connection | None = None,
    token: Token | None = None,
    mailed: tuple[datetime, ...] = (),
    now: datetime = NOW,
    sequence: int = 0,
    **changes: Any,
) -> Answer | None:
    return answer_request(verified(**changes), sequence, known, token, mailed, now, bytes(16), ISSUING)


def first() -> tuple[Connection, Token]:
    answer = ask()
    assert answer is not None
    return answer.connection, answer.tokens[0]


def test_a_first_request_gives_a_token_and_a_mail_at_once() -> None:
    answer = ask()
    assert answer is not None and answer.mail is not None
    assert answer.connection.issue == answer.tokens[0].issue == answer.mail.issue == 1
    assert answer.tokens[0].expires_at == NOW + timedelta(hours=72)
    assert answer.mail.due_at == NOW
    assert answer.connection.scopes == DEFAULT_SCOPES
    assert answer.changed


def test_asking_again_mails_the_same_token_again() -> None:
    connection, token = first()
    later = NOW + COOL_DOWN
    answer = ask(connection, token, (NOW,), later, ordinal=2)
    assert answer is not None and answer.mail is not None
    assert (answer.mail.issue, answer.mail.ordinal) == (1, 2)
    assert answer.tokens == (replace(token, mails=2),)
    assert not answer.changed


def test_asking_again_within_the_cool_down_mails_nothing() -> None:
    connection, token = first()
    answer = ask(connection, token, (NOW,), NOW + COOL_DOWN - timedelta(seconds=1), ordinal=2)
    assert answer is not None
    assert answer.mail is None and answer.tokens == ()


def test_the_same_request_verified_again_mails_nothing() -> None:
    connection, token = first()
    answer = ask(connection, token, (NOW,), NOW + DAY, ordinal=1)
    assert answer is not None
    assert answer.mail is None


def test_a_changed_address_supersedes_the_token() -> None:
    connection, token = first()
    answer = ask(connection, token, (NOW,), NOW + timedelta(seconds=5), address_version=2)
    assert answer is not None and answer.mail is not None
    assert [each.ended for each in answer.tokens] == ["superseded", ""]
    assert answer.tokens[1].issue == 2
    assert answer.tokens[1].sha256 != token.sha256


def test_after_the_end_of_a_token_a_request_gives_the_next() -> None:
    connection, token = first()
    answer = ask(connection, token, (), token.expires_at, ordinal=2)
    assert answer is not None
    assert [(each.issue, each.ended) for each in answer.tokens] == [(1, "expired"), (2, "")]


def test_an_older_answer_of_verification_is_ignored() -> None:
    connection, token = first()
    assert ask(replace(connection, heard=5), token, sequence=5, address_version=9) is None


def test_a_revoked_connection_stays_revoked() -> None:
    connection, token = first()
    assert ask(replace(connection, state="revoked"), token, ordinal=2) is None


def test_an_active_connection_learns_its_new_office_and_gets_no_token() -> None:
    connection, token = first()
    active = replace(connection, state="active")
    answer = ask(active, token, office_id=OfficeId("dupont"), ordinal=2)
    assert answer is not None
    assert answer.mail is None and answer.changed
    assert answer.connection.office_id == "dupont"


def test_a_new_token_on_a_full_day_is_mailed_later_and_not_lost() -> None:
    mailed = tuple(NOW - timedelta(hours=hours) for hours in range(1, MAILS_A_DAY + 1))
    answer = ask(mailed=mailed)
    assert answer is not None and answer.mail is not None
    assert answer.mail.due_at == mailed[-1] + DAY


@given(st.lists(st.tuples(st.integers(1, 200_000), st.booleans()), max_size=60))
def test_no_company_gets_two_repeats_within_a_minute_or_six_mails_within_a_day(
    steps: list[tuple[int, bool]],
) -> None:
    """Several softwares ask as often as they like; what counts is when mails leave."""
    mailed: list[datetime] = []
    known: dict[str, tuple[Connection, Token]] = {}
    now = NOW
    for number, (seconds, renewed) in enumerate(steps):
        now += timedelta(seconds=seconds)
        software = f"software-{number % 3}"
        connection, token = known.get(software, (None, None))
        version = (connection.address_version if connection else 1) + renewed
        answer = ask(connection, token, tuple(mailed), now, ordinal=number + 1, address_version=version)
        assert answer is not None
        known[software] = (answer.connection, answer.tokens[-1] if answer.tokens else token)  # type: ignore[assignment]
        if answer.mail is not None:
            if answer.mail.ordinal > 1:
                assert all(abs(answer.mail.due_at - moment) >= COOL_DOWN for moment in mailed)
            mailed.append(answer.mail.due_at)
    mailed.sort()
    for earlier, later in zip(mailed, mailed[MAILS_A_DAY:], strict=False):
        assert later - earlier >= DAY


def test_the_wait_is_the_longer_of_cool_down_and_full_day() -> None:
    assert waits_for((), NOW) == timedelta(0)
    assert waits_for((NOW - timedelta(seconds=20),), NOW) == timedelta(seconds=40)
    assert waits_for((NOW - COOL_DOWN,), NOW) == timedelta(0)
    assert waits_for([NOW - timedelta(hours=hour) for hour in range(5)], NOW) == timedelta(hours=20)
