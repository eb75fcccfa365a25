"""What a scene plays with: dice, a company, a day; it sends invoices and has them paid, and what is true is noted."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from deploy.demo.coda import people
from deploy.demo.coda.records import Account, Entry
from deploy.demo.ubl import Line, totals_of
from deploy.demo.years.banks import Payment, entry_of
from deploy.demo.years.companies import People
from deploy.demo.years.truths import EURO, Booking, CashDiscount, Company, Customer, Invoiced, Truth
from shared.values import StructuredReference

Scene = Callable[["Stage"], None]
"""One case with its name: what happened, and what should become of it."""

_GOODS = ("Onderhoud", "Livraison", "Beratung", "Installatie", "Abonnement", "Main-d’œuvre", "Transport")
_PLAINLY = (
    "Betaling factuur {}", "Factuur {}", "facture {}", "Paiement de la facture n° {}", "Rechnung {}",
    "Payment invoice {}", "fact. {}", "factuur: {}", "Fact.nr. {}", "uw factuur {} dank u", "Rechnungsnummer {}",
    "règlement facture {}", "factnr.{}",
)  # fmt: skip
_SAID = (*_PLAINLY, "{}", "{}", "N° {}", "#{}", "ons kenmerk {}")
_BESIDE = (
    ("", " van {day:%d/%m/%Y}"),
    ("", " dd {day:%d.%m.%y}"),
    ("klantnr {number} ", ""),
    ("", " client {number}"),
    ("Mevrouw Peeters, Kerkstraat 112 bus 4, 9000 Gent - ", ""),
    ("", ", met vriendelijke groeten, tel 09/225 36 14"),
    ("bestelling {number} / ", ""),
    ("", " du {day:%d/%m/%Y} TVA comprise merci"),
)
_CHATTY = 0.4
_FRIDAY = 4
_TERM_DAYS = 30


class Book:
    """All that was sent and booked so far; amounts and numbers come once, so that nothing fits by chance."""

    def __init__(self, dice: Random, company: Company, crowd: People) -> None:
        self.dice, self.company, self.crowd = dice, company, crowd
        self.invoices: list[Invoiced] = []
        self.bookings: list[Booking] = []
        self.known: list[Customer] = []
        self._counter = company.pattern.first
        self._amounts: set[int] = set()

    def next_number(self, issued: date, *, credit_note: bool = False) -> str:
        """The company's next."""
        pattern, at = self.company.pattern, self._counter
        self._counter += 1
        return pattern.credit_note(issued, at) if credit_note else pattern.of(issued, at)

    def amount(self) -> int:
        """Thousandths that nobody owes."""
        while (amount := self.dice.randint(1_000, 900_000) * 10) in self._amounts:
            continue
        self._amounts.add(amount)
        return amount

    def lines(self) -> tuple[Line, ...]:
        """Of an invoice whose amount is no other's."""
        while True:
            count = self.dice.choice((1, 1, 2, 3))
            lines = tuple(
                Line(self.dice.choice(_GOODS), self.dice.randint(1, 9), Decimal(self.dice.randint(500, 90_000)) / 100)
                for _ in range(count)
            )
            gross = int(totals_of(lines).gross * 1000)
            if gross not in self._amounts:
                self._amounts.add(gross)
                return lines


class Stage:
    """One scene of a company: it begins on a day, and `account` is where its money comes in."""

    def __init__(self, book: Book, day: date, case: str) -> None:
        self.book, self.dice, self.company, self.case = book, book.dice, book.company, case
        self.day = bank_day(day)
        self.account: Account = book.dice.choice(book.company.accounts)

    def customer(self, *, known: bool = False) -> Customer:
        """Somebody new; `known` when a person confirmed the account."""
        customer = self.book.crowd.customer(known=known)
        if known:
            self.book.known.append(customer)
        return customer

    def invoice(
        self,
        customer: Customer | None = None,
        *,
        lines: tuple[Line, ...] = (),
        reference: StructuredReference | None = None,
        discount: CashDiscount | None = None,
        mandate: str = "",
        number: str = "",
        day: date | None = None,
        currency: str = EURO,
    ) -> Invoiced:
        """Send an invoice, today if nothing else is said."""
        issued = day or self.day
        made = Invoiced(
            company=self.company,
            customer=customer or self.customer(),
            family="invoice",
            number=number or self.book.next_number(issued),
            issued=issued,
            due=issued + timedelta(days=_TERM_DAYS),
            lines=lines or self.book.lines(),
            iban=self.account.iban,
            reference=reference,
            discount=discount,
            mandate=mandate,
            currency=currency,
        )
        self.book.invoices.append(made)
        return made

    def with_ogm(self, customer: Customer | None = None, discount: CashDiscount | None = None) -> Invoiced:
        """Send an invoice that asks for an OGM."""
        return self.invoice(customer, reference=people.belgian_reference(self.dice), discount=discount)

    def several(self, count: int, customer: Customer | None = None) -> list[Invoiced]:
        """Send so many invoices to one customer, their numbers one after the other."""
        payer = customer or self.customer()
        return [self.invoice(payer) for _ in range(count)]

    def credit_note(self, invoice: Invoiced) -> Invoiced:
        """Send a credit note for the first line of an invoice, on half of it where there is only one."""
        line = invoice.lines[0]
        price = line.price if len(invoice.lines) > 1 else (line.price / 2).quantize(Decimal("0.01"))
        made = replace(
            invoice,
            family="credit_note",
            number=self.book.next_number(self.day, credit_note=True),
            lines=(replace(line, price=price),),
            reference=None,
            discount=None,
            mandate="",
            credits=invoice,
        )
        self.book.invoices.append(made)
        return made

    def after(self, days: int) -> date:
        """A bank day, so many days from the scene's own."""
        return bank_day(self.day + timedelta(days=days))

    def soon(self) -> date:
        """A bank day of the next weeks."""
        return self.after(self.dice.randint(3, 40))

    def words(self, named: str, *, plainly: bool = False) -> str:
        """How a payer says what is paid, with what else people write beside it; `plainly` calls it an invoice."""
        said = self.dice.choice(_PLAINLY if plainly else _SAID).format(named)
        if self.dice.random() < _CHATTY:
            before, behind = self.dice.choice(_BESIDE)
            number, day = self.dice.randint(10_000, 99_999), self.day - timedelta(days=self.dice.randint(0, 20))
            said = f"{before}{said}{behind}".format(number=number, day=day)
        return said

    def entry(self, payment: Payment, day: date) -> Entry:
        """What the bank writes."""
        return entry_of(self.dice, self.account, payment, day)

    def paid(self, payment: Payment, *found: tuple[Invoiced, int], day: date | None = None) -> None:
        """Money comes, and should settle these."""
        self.comes(payment, Truth(self.case, "settle", found), day)

    def comes(self, payment: Payment, truth: Truth, day: date | None = None) -> None:
        """Money comes or goes."""
        on = day or self.soon()
        self.booked([(self.entry(payment, on), truth)], on)

    def booked(
        self, lines: Sequence[tuple[Entry, Truth]], day: date, rank: int = 0, account: Account | None = None
    ) -> None:
        """A movement, and its details if it has any, on a day."""
        self.book.bookings.append(Booking(day, account or self.account, tuple(lines), rank))

    def nothing(self, *, may_be_suggested: bool = False) -> Truth:
        """Nothing should be settled; a harmless proposal may be made where it is said so."""
        return Truth(self.case, "none", may_be_suggested=may_be_suggested)

    def suggestion(self, *found: tuple[Invoiced, int]) -> Truth:
        """A person should decide, and find this among the proposals."""
        return Truth(self.case, "suggest", found)


def bank_day(day: date) -> date:
    """The day itself, or the Monday after it."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > _FRIDAY else 0)
