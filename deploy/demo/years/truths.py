"""What is true of a made-up year: its invoices, its movements, and which of them pays which."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from deploy.demo.coda.records import Account, Entry
from deploy.demo.ubl import Line, Party, totals_of, ubl_credit_note, ubl_invoice
from deploy.demo.years.numbers import NumberPattern
from shared.contracts.invoices import Family
from shared.values import EnterpriseNumber, Iban, Language, StructuredReference

Decided = Literal["settle", "suggest", "none", "reopen"]

MovementId = tuple[Iban, int, int, int, int]
"""IBAN, year, number of the statement, sequence and detail: how a movement is named outside."""

EURO = "EUR"
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Company:
    """Who sends the invoices; `accounts` are its own, each at a bank with habits of its own."""

    party: Party
    language: Language
    pattern: NumberPattern
    accounts: tuple[Account, ...]

    @property
    def number(self) -> EnterpriseNumber:
        """The company's own."""
        return self.party.number


@dataclass(frozen=True, slots=True)
class Customer:
    """Who pays, and from which account; `known` when a person confirmed whose account that is."""

    party: Party
    iban: Iban
    bic: str
    known: bool = False


@dataclass(frozen=True, slots=True)
class CashDiscount:
    """So many percent less for who pays within so many days."""

    percent: int
    days: int

    def sentence(self, language: Language) -> str:
        """BT-20: in words, and in the one notation that machines read (KoSIT, XRechnung BR-DE-18)."""
        words = {
            "nl": f"{self.percent}% korting bij betaling binnen {self.days} dagen",
            "fr": f"escompte de {self.percent}% pour paiement sous {self.days} jours",
            "de": f"{self.percent}% Skonto bei Zahlung innerhalb von {self.days} Tagen",
            "en": f"{self.percent}% discount for payment within {self.days} days",
        }[language]
        return f"{words}\n#SKONTO#TAGE={self.days}#PROZENT={self.percent}.00#\n"


@dataclass(frozen=True, slots=True)
class Invoiced:
    """An invoice or credit note that a company sent. `credits` is the invoice that a credit note is for."""

    company: Company
    customer: Customer
    family: Family
    number: str
    issued: date
    due: date
    lines: tuple[Line, ...]
    iban: Iban
    reference: StructuredReference | None = None
    discount: CashDiscount | None = None
    mandate: str = ""
    credits: "Invoiced | None" = None
    currency: str = EURO

    @property
    def payable(self) -> int:
        """BT-115 in thousandths."""
        return int(totals_of(self.lines).gross * 1000)

    @property
    def discounted(self) -> int:
        """What is to be paid in time where there is a cash discount, thousandths, in whole cents."""
        percent = self.discount.percent if self.discount else 0
        return self.payable - (self.payable * percent // _HUNDRED + 5) // 10 * 10

    @property
    def discount_until(self) -> date | None:
        """The last day on which the cash discount may be taken."""
        return self.issued + timedelta(days=self.discount.days) if self.discount else None

    def document(self) -> bytes:
        """The UBL of it."""
        if self.credits is not None:
            return ubl_credit_note(
                number=self.number,
                issued=self.issued,
                credited_number=self.credits.number,
                credited_on=self.credits.issued,
                supplier=self.company.party,
                customer=self.customer.party,
                lines=self.lines,
                iban=self.iban,
            )
        invoice = ubl_invoice(
            number=self.number,
            issued=self.issued,
            due=self.due,
            supplier=self.company.party,
            customer=self.customer.party,
            lines=self.lines,
            iban=self.iban,
            reference=self.reference,
            terms=self.discount.sentence(self.company.language) if self.discount else "",
            mandate=self.mandate,
        )
        return re.sub(rb'(?<=[">])EUR(?=["<])', self.currency.encode(), invoice)


@dataclass(frozen=True, slots=True)
class Truth:
    """What should become of a movement, by a case that has a name.

    `paid` are the invoices and what each gets, thousandths: of a credit note and of what is reopened below zero. Of a
    suggestion it is the reading that must be among the proposals. Where nothing should happen, `may_be_suggested`
    says that a proposal to a person does no harm.
    """

    case: str
    decision: Decided
    paid: tuple[tuple[Invoiced, int], ...] = ()
    may_be_suggested: bool = False


@dataclass(frozen=True, slots=True)
class Booking:
    """A booked movement with its details on an account, each with its truth; `rank` orders those of one day."""

    day: date
    account: Account
    lines: tuple[tuple[Entry, Truth], ...]
    rank: int = 0


@dataclass(frozen=True, slots=True)
class BankFile:
    """The bytes that a bank sends on a day."""

    name: str
    day: date
    data: bytes


@dataclass(frozen=True, slots=True)
class CompanyYear:
    """All that a company sent and received in a year, and what is true of each movement."""

    company: Company
    invoices: tuple[Invoiced, ...]
    files: tuple[BankFile, ...]
    truths: dict[MovementId, Truth]
    known_accounts: tuple[tuple[Iban, EnterpriseNumber], ...]
