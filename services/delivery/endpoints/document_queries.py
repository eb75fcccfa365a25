"""What may be asked of a list of documents, and what of it cannot be used."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.delivery.domain.listing import Acknowledged, DocumentFilter, Order
from shared.chassis.errors import Problem
from shared.contracts.invoices import Family
from shared.values import EnterpriseNumber, StructuredReference
from shared.values.days import BRUSSELS

MOST_WORDS = 8
FIRST_YEAR, LAST_YEAR = 1900, 2200
_YEARS = f"a year from {FIRST_YEAR} to {LAST_YEAR}"
Text = Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]
Moment = Annotated[AwareDatetime | date, Field(union_mode="left_to_right")]
"""A moment with its zone, or a day of the Belgian calendar."""
State = Literal[
    "received",
    "valid",
    "held",
    "repeated",
    "quarantined",
    "invalid",
    "routed",
    "delivered",
    "fetched",
    "refused",
    "superseded",
    "booked",
]


class DocumentQuery(BaseModel):
    """Every part narrows the list; `company`, `client_code` and `state` may be given several times.

    Days and moments belong to the list themselves. Without `order` pages go by position (`after`): so a package
    reads on where it stopped. With it they go by the time of receipt (`cursor`), each document once, whatever arrives
    meanwhile.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    company: list[EnterpriseNumber] = Field([], max_length=100)
    client_code: list[Text] = Field([], max_length=100, description="the office's own codes; offices only")
    state: list[State] = Field([], max_length=20)
    family: Family | None = None
    number: Text = Field("", description="the whole number (BT-1)")
    customer: Text = Field("", description="part of the customer's name or number")
    reference: StructuredReference | None = None
    amount: Decimal | None = Field(
        None, max_digits=18, decimal_places=3, description="the total with VAT, or what is payable"
    )
    issued_from: date | None = None
    issued_to: date | None = None
    received_from: Moment | None = None
    received_to: Moment | None = None
    acknowledged: Acknowledged | None = Field(None, description="what the office's package said; offices only")
    q: Text = Field("", description="words that stand somewhere in the names and numbers")
    order: Order | None = None
    cursor: str = Field("", max_length=200)
    after: int = Field(0, ge=0, le=2**62)
    limit: int = Field(50, ge=1, le=500)

    def filter_for(self, kind: str) -> DocumentFilter:
        """What is looked for. Raises `Problem` 422 for what cannot be used together, or by this kind of caller."""
        if kind != "office":
            refuse(bool(self.client_code), "client_code", "parameter_not_usable", "only an office has such codes")
            refuse(self.acknowledged is not None, "acknowledged", "parameter_not_usable", "only an office has it")
        refuse(bool(self.cursor) and self.order is None, "cursor", "parameter_not_usable", "it needs an `order`")
        refuse(bool(self.after) and self.order is not None, "after", "parameter_not_usable", "use `cursor`")
        words = tuple(self.q.split())
        refuse(len(words) > MOST_WORDS, "q", "parameter_not_usable", f"at most {MOST_WORDS} words")
        for name, moment in (("issued_from", self.issued_from), ("issued_to", self.issued_to)):
            refuse(not _usable(moment), name, "parameter_not_usable", _YEARS)
        issued_to = self.issued_to + timedelta(days=1) if self.issued_to is not None else None
        received = start_of(self.received_from, "received_from"), end_of(self.received_to, "received_to")
        for name, start, end in (("issued_to", self.issued_from, issued_to), ("received_to", *received)):
            refuse(bool(start and end and start >= end), name, "period_backwards", "it ends before it begins")
        return DocumentFilter(
            companies=tuple(self.company),
            client_codes=tuple(self.client_code),
            states=tuple(self.state),
            family=self.family or "",
            number=self.number,
            customer=self.customer,
            reference=self.reference or "",
            amount=self.amount,
            issued_from=self.issued_from,
            issued_to=issued_to,
            received_from=received[0],
            received_to=received[1],
            acknowledged=self.acknowledged,
            words=words,
        )


def start_of(moment: datetime | date | None, parameter: str) -> datetime | None:
    """A moment, or the first one of a day. Raises `Problem` 422 for a year that nobody means."""
    refuse(not _usable(moment), parameter, "parameter_not_usable", _YEARS)
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time.min, BRUSSELS)


def end_of(moment: datetime | date | None, parameter: str) -> datetime | None:
    """The first moment that no longer belongs to what ends with this one, or with this day. Raises as `start_of`."""
    refuse(not _usable(moment), parameter, "parameter_not_usable", _YEARS)
    if moment is None:
        return None
    if isinstance(moment, datetime):
        return moment + timedelta(microseconds=1)
    return datetime.combine(moment + timedelta(days=1), time.min, BRUSSELS)


def _usable(moment: date | None) -> bool:
    return moment is None or FIRST_YEAR <= moment.year <= LAST_YEAR


def refuse(unusable: bool, parameter: str, code: str, detail: str) -> None:
    """Raises `Problem` 422 for a parameter of a list where it is `unusable`."""
    if unusable:
        told = {"pointer": "", "parameter": parameter, "in": "query", "code": code, "detail": detail}
        known = code if code == "period_backwards" else "request_malformed"
        raise Problem(422, known, f"`{parameter}`: {detail}", errors=[told])
