"""Lists of statements: what is looked for, how an office has each, and the cursors between pages."""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from services.delivery.domain.feeds import Acknowledgement, Outcome
from services.delivery.domain.listing import Acknowledged, CursorUnusable, outcome_of
from services.delivery.domain.statements import BookedStatement, RoutedStatement
from shared.values import EnterpriseNumber, Iban, OfficeId, StatementId

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_LARGEST_POSITION = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFilter:
    """What a statement must be to be in a list; None and empty ask for nothing.

    `dated_from` and `dated_to` are days of the new balance that belong to it themselves; `acknowledged` is what the
    office said of its entry, `client_codes` are the office's own.
    """

    accounts: tuple[Iban, ...] = ()
    companies: tuple[EnterpriseNumber, ...] = ()
    client_codes: tuple[str, ...] = ()
    statements: tuple[StatementId, ...] = ()
    dated_from: date | None = None
    dated_to: date | None = None
    acknowledged: Acknowledged | None = None

    def holds(self, statement: BookedStatement, client_code: str = "", outcome: Outcome = "") -> bool:
        """Whether a statement is in the list."""
        body = statement.body
        return (
            (not self.accounts or body.iban in self.accounts)
            and (not self.companies or body.enterprise_number in self.companies)
            and (not self.client_codes or client_code in self.client_codes)
            and (not self.statements or statement.statement_id in self.statements)
            and (self.dated_from is None or body.new_balance_date >= self.dated_from)
            and (self.dated_to is None or body.new_balance_date <= self.dated_to)
            and (self.acknowledged is None or outcome == outcome_of(self.acknowledged))
        )


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """A statement that enters its office's feed; `added_at` is UTC. `redelivery` is the one that it comes again by."""

    statement: RoutedStatement
    added_at: datetime
    redelivery: str = ""

    @property
    def office_id(self) -> OfficeId:
        """Whose feed it is."""
        return self.statement.office_id


@dataclass(frozen=True, slots=True)
class StatementRow:
    """An entry as its office reads it; `fetched_at` (UTC) is when it first read one of the files."""

    position: int
    added_at: datetime
    statement: RoutedStatement
    redelivery: str = ""
    acknowledgement: Acknowledgement = field(default_factory=Acknowledgement)
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BookedPlace:
    """Where a statement stands by the time of its booking (UTC)."""

    booked_at: datetime
    statement_id: StatementId


def cursor_after_position(position: int) -> str:
    """The cursor behind an entry of an office's feed, URL-safe."""
    return _written(str(position))


def position_after(cursor: str) -> int | None:
    """The position behind which a page begins; None for the empty cursor. Raises `CursorUnusable`."""
    if not cursor:
        return None
    text = _read(cursor)
    if not text.isdecimal() or int(text) > _LARGEST_POSITION:
        raise CursorUnusable("the cursor is not one that was given out")
    return int(text)


def cursor_after_booking(statement: BookedStatement) -> str:
    """The cursor behind a statement of a software's list, URL-safe."""
    microseconds = (statement.booked_at - _EPOCH) // timedelta(microseconds=1)
    return _written(f"{microseconds}:{statement.statement_id}")


def place_after_booking(cursor: str) -> BookedPlace | None:
    """The place behind which a page begins; None for the empty cursor. Raises `CursorUnusable`."""
    if not cursor:
        return None
    try:
        microseconds, statement_id = _read(cursor).split(":")
        return BookedPlace(_EPOCH + int(microseconds) * timedelta(microseconds=1), StatementId(statement_id))
    except (ValueError, OverflowError):
        raise CursorUnusable("the cursor is not one that was given out") from None


def _written(text: str) -> str:
    return base64.urlsafe_b64encode(f"s1:{text}".encode()).decode().rstrip("=")


def _read(cursor: str) -> str:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise CursorUnusable("the cursor is not one that was given out") from None
    version, _, told = text.partition(":")
    if version != "s1" or _written(told) != cursor:
        raise CursorUnusable("the cursor is not one that was given out")
    return told
