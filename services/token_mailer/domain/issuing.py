"""When a token is issued, when the same one is mailed again, and when nothing is mailed.

A request while a token is live mails the same token again, under a cool-down; only a changed address or an
ended token gives a new one. So a token that lies in somebody's mailbox never dies because somebody asked
twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.token_mailer.domain.records import Connection, Mail, Token
from services.token_mailer.domain.tokens import TokenKey, derive_token
from shared.contracts.connections import ConnectionVerified

COOL_DOWN = timedelta(seconds=60)
MAILS_A_DAY = 5
DAY = timedelta(days=1)
DEFAULT_SCOPES = ("invoices:write", "statements:read")
"""What a connection may do when its request named nothing."""


@dataclass(frozen=True, slots=True)
class Issuing:
    """How tokens are issued now: the key, and how long a token can be registered."""

    key: TokenKey
    lifetime: timedelta

    def until(self, lifetime_s: int | None) -> "Issuing":
        """With the lifetime (s) that a simulated company asks for; as it is where there is none."""
        return self if lifetime_s is None else replace(self, lifetime=timedelta(seconds=lifetime_s))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a verified request changes. `changed` says whether the connection's snapshot differs for
    others."""

    connection: Connection
    tokens: tuple[Token, ...] = ()
    mail: Mail | None = None
    changed: bool = False


def answer_request(
    verified: ConnectionVerified,
    sequence: int,
    known: Connection | None,
    token: Token | None,
    mailed: Sequence[datetime],
    now: datetime,
    nonce: bytes,
    issuing: Issuing,
) -> Answer | None:
    """What follows from a verified request; None when it says nothing new.

    `token` is the connection's newest, `mailed` when mails to this company were asked for in the last 24
    hours (through whatever software), `nonce` 16 bytes of chance for the token that may be issued.
    """
    if known is not None and (known.state == "revoked" or 0 < sequence <= known.heard):
        return None
    connection = _with_facts(verified, sequence, known)
    changed = known is None or known.office_id != connection.office_id
    if connection.state == "active":
        return Answer(connection, changed=changed)
    if token is None or not token.is_live(now):
        lapsed = (replace(token, ended="expired"),) if token is not None and not token.ended else ()
        return _issue(connection, lapsed, mailed, now, nonce, issuing, changed)
    if token.address_version < verified.address_version:
        superseded = (replace(token, ended="superseded"),)
        return _issue(connection, superseded, mailed, now, nonce, issuing, changed)
    if known is not None and verified.ordinal > known.ordinal and not waits_for(mailed, now):
        again, mail = mail_again(token, connection, now)
        return Answer(connection, (again,), mail, changed)
    return Answer(connection, changed=changed)


def waits_for(mailed: Sequence[datetime], now: datetime) -> timedelta:
    """How long until one more mail to this company may be asked for; zero when it may now.

    60 seconds between mails and five in 24 hours, whichever softwares ask (no mail bomb through many of
    them).
    """
    recent = sorted(moment for moment in mailed if moment > now - DAY)
    waits = timedelta(0)
    if recent:
        waits = max(waits, recent[-1] + COOL_DOWN - now)
    return max(waits, _day_full_until(recent, now) - now)


def mail_again(token: Token, connection: Connection, now: datetime) -> tuple[Token, Mail]:
    """The same token once more, in a mail of its own: the next ordinal, so another Message-ID."""
    again = replace(token, mails=token.mails + 1)
    return again, _mail(again, connection, now, now)


def renew(
    connection: Connection, token: Token, mailed: Sequence[datetime], now: datetime, nonce: bytes, issuing: Issuing
) -> Answer:
    """Another token because somebody asked for one: the older ends. Its mail counts as a repeat, so it waits for
    the cool-down and leaves at worst later."""
    ended = replace(token, ended="superseded" if token.is_live(now) else "expired")
    older = (ended,) if not token.ended and token.consumed_at is None else ()
    answer = _issue(connection, older, mailed, now, nonce, issuing, False)
    leaves_at = now + waits_for(mailed, now)
    if answer.mail is None or leaves_at <= now:
        return answer
    return replace(answer, mail=replace(answer.mail, requested_at=leaves_at, due_at=leaves_at))


def _with_facts(verified: ConnectionVerified, sequence: int, known: Connection | None) -> Connection:
    if known is None:
        known = Connection(
            connection_id=verified.connection_id,
            enterprise_number=verified.enterprise_number,
            software=verified.software,
            mode=verified.mode,
            office_id=verified.office_id,
            language=verified.language,
            company_name=verified.company_name,
            scopes=verified.scopes or DEFAULT_SCOPES,
            email=verified.email,
            masked_email=verified.masked_email,
            address_version=verified.address_version,
        )
    return replace(
        known,
        office_id=verified.office_id,
        language=verified.language,
        company_name=verified.company_name,
        email=verified.email,
        masked_email=verified.masked_email,
        address_version=verified.address_version,
        ordinal=max(known.ordinal, verified.ordinal),
        heard=max(known.heard, sequence),
    )


def _issue(
    connection: Connection,
    ended: tuple[Token, ...],
    mailed: Sequence[datetime],
    now: datetime,
    nonce: bytes,
    issuing: Issuing,
    changed: bool,
) -> Answer:
    issue = connection.issue + 1
    token = Token(
        connection_id=connection.connection_id,
        issue=issue,
        software=connection.software,
        key_id=issuing.key.id,
        nonce=nonce,
        sha256=derive_token(issuing.key, connection.connection_id, issue, nonce).sha256,
        address_version=connection.address_version,
        language=connection.language,
        company_name=connection.company_name,
        issued_at=now,
        expires_at=now + issuing.lifetime,
        mails=1,
    )
    # A new token is always mailed, at worst later: a day's last mail must not end somebody's connection.
    mail = _mail(token, connection, now, _day_full_until(mailed, now))
    return Answer(replace(connection, issue=issue), (*ended, token), mail, changed)


def _day_full_until(mailed: Sequence[datetime], now: datetime) -> datetime:
    recent = sorted(moment for moment in mailed if moment > now - DAY)
    return now if len(recent) < MAILS_A_DAY else recent[-MAILS_A_DAY] + DAY


def _mail(token: Token, connection: Connection, now: datetime, due: datetime) -> Mail:
    return Mail(
        connection_id=token.connection_id,
        issue=token.issue,
        ordinal=token.mails,
        enterprise_number=connection.enterprise_number,
        # The mail counts from the moment it leaves, so that a postponed one is not followed at once by
        # another.
        requested_at=due,
        due_at=due,
    )
