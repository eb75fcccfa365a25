"""Payments that name invoices by their numbers: one, several, abridged, and the numbers that only look like it."""

from deploy.demo.coda import people
from deploy.demo.years import numbers
from deploy.demo.years.banks import TRANSFER_OUT, Payment
from deploy.demo.years.stage import Stage
from deploy.demo.years.truths import Invoiced

_EURO = 1000
_AND = {"nl": "en", "fr": "et", "de": "und", "en": "and"}


def number_in_text(stage: Stage) -> None:
    """One number, as its payer types it."""
    invoice = stage.invoice()
    words = stage.words(numbers.spelled(stage.dice, invoice.number))
    stage.paid(Payment(invoice.payable, invoice.customer, words), (invoice, invoice.payable))


def number_partial(stage: Stage) -> None:
    """One number and less than is open: a part is paid."""
    invoice = stage.invoice()
    part = invoice.payable * stage.dice.randint(20, 70) // 1000 * 10
    payment = Payment(part, invoice.customer, stage.words(invoice.number, plainly=True))
    stage.paid(payment, (invoice, part))


def number_over(stage: Stage) -> None:
    """One number and more than is open: a person looks at it."""
    invoice = stage.invoice()
    payment = Payment(invoice.payable + 30 * _EURO, invoice.customer, stage.words(invoice.number))
    stage.comes(payment, stage.suggestion((invoice, invoice.payable)))


def numbers_listed(stage: Stage) -> None:
    """Several numbers, each in full."""
    _several(stage, numbers.listed(stage.dice, _numbers(invoices := _some(stage)), _AND[_tongue(stage)]), invoices)


def numbers_elided(stage: Stage) -> None:
    """Several numbers, the later ones without what they have in common: `2022-12-13297+13298`."""
    invoices = _some(stage)
    _several(stage, numbers.elided(stage.dice, _numbers(invoices), stage.company.pattern.elided), invoices)


def numbers_ranged(stage: Stage) -> None:
    """From the first to the last number."""
    invoices = stage.several(stage.dice.randint(3, 5))
    _several(stage, numbers.ranged(stage.dice, _numbers(invoices), stage.company.pattern.elided), invoices)


def number_compact(stage: Stage) -> None:
    """221213422 for 2022-12-13422; called an invoice, for 240604 alone may be a day."""
    invoice = stage.invoice()
    words = stage.words(numbers.compact(invoice.number), plainly=True)
    stage.paid(Payment(invoice.payable, invoice.customer, words), (invoice, invoice.payable))


def numbers_with_wrong_sum(stage: Stage) -> None:
    """Several numbers, and a sum that is not theirs: a person looks at it."""
    invoices = _some(stage)
    amount = sum(invoice.payable for invoice in invoices) - stage.dice.randint(7, 19) * _EURO
    words = stage.words(numbers.listed(stage.dice, _numbers(invoices), _AND[_tongue(stage)]))
    payment = Payment(amount, invoices[0].customer, words)
    stage.comes(payment, stage.suggestion(*((invoice, invoice.payable) for invoice in invoices)))


def bare_counter(stage: Stage) -> None:
    """Only what counts in the number: a person looks at it."""
    invoice = stage.invoice()
    counter = stage.company.pattern.counter(invoice.number)
    payment = Payment(invoice.payable, invoice.customer, f"factuur {counter}")
    stage.comes(payment, stage.suggestion((invoice, invoice.payable)))


def long_numbers_that_share_digits(stage: Stage) -> None:
    """Three long numbers with the same groups of digits: only the one that is named is paid."""
    base = f"{stage.day.year}{stage.dice.randint(10_000, 99_999)}"
    customer, tails = stage.customer(), ("0451", "0452", "4510")
    invoices = [stage.invoice(customer, number=f"{base}{tail}") for tail in tails]
    invoice = stage.dice.choice(invoices)
    stage.paid(Payment(invoice.payable, customer, stage.words(invoice.number)), (invoice, invoice.payable))


def number_of_another_pattern(stage: Stage) -> None:
    """The number that the customer's own software gave to its order: nobody's invoice here."""
    customer = stage.customer()
    other = stage.dice.choice([each for each in numbers.PATTERNS if each.name != stage.company.pattern.name])
    words = f"uw ref {other.of(stage.day, stage.dice.randint(70_000, 90_000))}"
    stage.comes(Payment(stage.book.amount(), customer, words), stage.nothing(may_be_suggested=True))


def look_alike(stage: Stage) -> None:
    """A telephone, VAT, account or card number, or a date, that holds the digits of an open invoice's number."""
    invoice = stage.invoice()
    digits = "".join(filter(str.isdigit, invoice.number))[-8:].rjust(8, "4")
    national = f"0{digits}0"
    iban = people.with_check_digits("BE", f"{national}{int(national) % 97 or 97:02d}")
    vat = f"0{digits[-7:]}{97 - int(digits[-7:]) % 97:02d}"
    words = stage.dice.choice(
        (
            f"terugbetaling op {iban.formatted}",
            f"op rekening {iban}",
            f"TVA BE {vat}",
            f"BE{vat[:4]}.{vat[4:7]}.{vat[7:]}",
            f"tel 04{digits[:2]}/{digits[2:4]}.{digits[4:6]}.{digits[6:]}",
            f"gsm +324{digits}",
            f"kaart 6703 {digits[:4]} {digits[4:]} 2371",
            f"huur {stage.day:%d/%m/%Y}",
            f"verblijf {stage.day:%Y-%m-%d} - {stage.after(9):%Y-%m-%d}",
        )
    )
    stage.comes(Payment(stage.book.amount(), stage.customer(), words), stage.nothing(may_be_suggested=True))


def supplier_paid(stage: Stage) -> None:
    """Money goes to a supplier who numbers invoices as the company does: that pays no invoice of ours."""
    invoice = stage.invoice()
    payment = Payment(-stage.book.amount(), stage.customer(), f"uw factuur {invoice.number}", code=TRANSFER_OUT)
    stage.comes(payment, stage.nothing())


def ultimate_debtor(stage: Stage) -> None:
    """Somebody pays for the customer and names the invoice."""
    invoice = stage.invoice()
    words = stage.words(invoice.number)
    payment = Payment(invoice.payable, stage.customer(), words, debtor=invoice.customer.party.name)
    stage.paid(payment, (invoice, invoice.payable))


def same_number_in_two_payments(stage: Stage) -> None:
    """Two halves, each naming the invoice; the second one brings what is left."""
    invoice = stage.invoice()
    half = invoice.payable // 20 * 10
    for at, amount in enumerate((half, invoice.payable - half)):
        payment = Payment(amount, invoice.customer, stage.words(invoice.number))
        stage.paid(payment, (invoice, amount), day=stage.after(4 + 20 * at))


def number_twice(stage: Stage) -> None:
    """Paid by its number, and paid again: the second payment belongs to nobody."""
    invoice = stage.invoice()
    payment = Payment(invoice.payable, invoice.customer, stage.words(invoice.number))
    stage.paid(payment, (invoice, invoice.payable), day=stage.after(4))
    stage.comes(payment, stage.nothing(), stage.after(stage.dice.randint(10, 30)))


def number_of_another_customer(stage: Stage) -> None:
    """The amount and the name are one customer's, the number is another's: a person looks at it."""
    meant, named = stage.invoice(), stage.invoice()
    while named.payable <= meant.payable:
        named = stage.invoice()
    payment = Payment(meant.payable, meant.customer, stage.words(named.number))
    stage.comes(payment, stage.suggestion((meant, meant.payable)))


def order_numbered_alike(stage: Stage) -> None:
    """The customer's order has the number of an invoice of ours: said to be an order, it names none."""
    invoice = stage.invoice()
    word = stage.dice.choice(("bestelling", "order", "PO", "commande", "offerte", "devis", "dossier", "klantnr"))
    payment = Payment(stage.book.amount(), stage.customer(), f"{word} {invoice.number}")
    stage.comes(payment, stage.nothing(may_be_suggested=True))


def number_that_comes_later(stage: Stage) -> None:
    """Somebody names a number that an invoice gets weeks later: it cannot be meant."""
    invoice = stage.invoice(day=stage.after(50))
    amount = invoice.payable // 30 * 10
    payment = Payment(amount, stage.customer(), f"ref {invoice.number}")
    stage.comes(payment, stage.nothing(may_be_suggested=True), stage.after(4))


def number_and_rounding(stage: Stage) -> None:
    """One number, and some cents too little or too much."""
    invoice = stage.invoice()
    cents = stage.dice.choice((-5, -2, 1, 4)) * 10
    payment = Payment(invoice.payable + cents, invoice.customer, stage.words(invoice.number))
    stage.paid(payment, (invoice, invoice.payable + min(cents, 0)))


def _several(stage: Stage, named: str, invoices: list[Invoiced]) -> None:
    amount = sum(invoice.payable for invoice in invoices)
    payment = Payment(amount, invoices[0].customer, stage.words(named))
    stage.paid(payment, *((invoice, invoice.payable) for invoice in invoices))


def _some(stage: Stage) -> list[Invoiced]:
    return stage.several(stage.dice.randint(2, 4))


def _numbers(invoices: list[Invoiced]) -> list[str]:
    return [invoice.number for invoice in invoices]


def _tongue(stage: Stage) -> str:
    return stage.dice.choice(("nl", "fr", "de", "en"))
