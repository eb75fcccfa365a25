"""Payments with a reference: an OGM or an RF, where it belongs and where it does not."""

from deploy.demo.coda import people
from deploy.demo.years.banks import Payment
from deploy.demo.years.stage import Stage
from deploy.demo.years.truths import CashDiscount, Invoiced, Truth
from shared.values import StructuredReference

_EURO = 1000


def ogm_exact(stage: Stage) -> None:
    """As it should be: the OGM in a structured communication, the exact amount."""
    invoice = stage.with_ogm()
    stage.paid(_by_reference(invoice, invoice.payable), (invoice, invoice.payable))


def ogm_partial(stage: Stage) -> None:
    """A first instalment, in half of the cases followed by the second."""
    invoice = stage.with_ogm()
    part = invoice.payable * stage.dice.randint(20, 70) // 1000 * 10
    stage.paid(_by_reference(invoice, part), (invoice, part), day=stage.after(5))
    if stage.dice.random() < 0.5:
        rest = invoice.payable - part
        stage.paid(_by_reference(invoice, rest), (invoice, rest), day=stage.after(36))


def ogm_over(stage: Stage) -> None:
    """More than is open: the invoice is paid, the rest stays as a credit."""
    invoice = stage.with_ogm()
    stage.paid(_by_reference(invoice, invoice.payable + 12 * _EURO), (invoice, invoice.payable))


def ogm_twice(stage: Stage) -> None:
    """Paid, and paid again: the second payment belongs to nobody."""
    invoice = stage.with_ogm()
    stage.paid(_by_reference(invoice, invoice.payable), (invoice, invoice.payable), day=stage.after(4))
    stage.comes(_by_reference(invoice, invoice.payable), stage.nothing(), stage.after(stage.dice.randint(10, 30)))


def ogm_in_text(stage: Stage) -> None:
    """The OGM in free text: bare twice as ING writes batches, with separators, without its first zeros."""
    invoice = stage.invoice(reference=_reference_with_zeros(stage))
    ogm = str(invoice.reference)
    slashed = f"{ogm[:3]}/{ogm[3:7]}/{ogm[7:]}"
    words = stage.dice.choice(
        (
            f"{ogm}        {slashed}",
            f"+++{slashed}+++",
            f"***{slashed}***",
            f"factuur {slashed} dank u",
            f"ref {ogm[:3]} {ogm[3:7]} {ogm[7:]}",
            f"{ogm[:3]}-{ogm[3:7]}-{ogm[7:]}",
            ogm.lstrip("0"),
        )
    )
    payment = Payment(invoice.payable, invoice.customer, words)
    stage.paid(payment, (invoice, invoice.payable))


def ogms_in_text(stage: Stage) -> None:
    """Two OGMs in one text, and the sum of their invoices."""
    customer = stage.customer()
    invoices = [stage.with_ogm(customer) for _ in range(2)]
    printed = [invoice.reference.formatted for invoice in invoices if invoice.reference]
    words = stage.dice.choice((" ", " en ", " + ", "")).join(printed)
    payment = Payment(sum(invoice.payable for invoice in invoices), customer, words)
    stage.paid(payment, *((invoice, invoice.payable) for invoice in invoices))


def ogm_and_number(stage: Stage) -> None:
    """Both in one text, of one invoice."""
    invoice = stage.with_ogm()
    printed = invoice.reference.formatted if invoice.reference else ""
    words = stage.dice.choice((f"{invoice.number} {printed}", f"{printed} factuur {invoice.number}"))
    stage.paid(Payment(invoice.payable, invoice.customer, words), (invoice, invoice.payable))


def ogm_of_nobody(stage: Stage) -> None:
    """An OGM that holds, and that no invoice asked for."""
    reference = people.belgian_reference(stage.dice)
    payment = Payment(stage.book.amount(), stage.customer(), reference=reference)
    if stage.dice.random() < 0.5:
        payment = Payment(
            stage.book.amount(), stage.customer(), words=f"+++{reference[:3]}/{reference[3:7]}/{reference[7:]}+++"
        )
    stage.comes(payment, stage.nothing(may_be_suggested=True))


def rf_exact(stage: Stage) -> None:
    """A reference of ISO 11649 in a structured communication, or spaced in the text."""
    invoice = stage.invoice(reference=people.creditor_reference(stage.dice))
    reference = str(invoice.reference)
    spaced = invoice.reference.formatted if invoice.reference else ""
    payment = stage.dice.choice(
        (
            Payment(invoice.payable, invoice.customer, reference=reference),
            Payment(invoice.payable, invoice.customer, words=f"ref {spaced}"),
            Payment(invoice.payable, invoice.customer, words=reference),
        )
    )
    stage.paid(payment, (invoice, invoice.payable))


def wrong_check_digit(stage: Stage) -> None:
    """One digit wrong: never settled, however well the amount fits."""
    invoice = stage.with_ogm()
    ogm = str(invoice.reference)
    at = stage.dice.randint(4, 11)
    wrong = ogm[:at] + str((int(ogm[at]) + stage.dice.randint(1, 8)) % 10) + ogm[at + 1 :]
    payment = Payment(invoice.payable, invoice.customer, f"+++{wrong[:3]}/{wrong[3:7]}/{wrong[7:]}+++")
    if stage.dice.random() < 0.5:
        payment = Payment(invoice.payable, invoice.customer, reference=wrong)
    stage.comes(payment, stage.suggestion((invoice, invoice.payable)))


def discount_in_time(stage: Stage) -> None:
    """Two percent less within the days that the invoice gives: paid, with the difference named."""
    invoice = stage.with_ogm(discount=CashDiscount(2, 14))
    stage.paid(_by_reference(invoice, invoice.discounted), (invoice, invoice.discounted), day=stage.after(5))


def discount_late(stage: Stage) -> None:
    """The same when it is too late: a part is paid."""
    invoice = stage.with_ogm(discount=CashDiscount(2, 8))
    stage.paid(_by_reference(invoice, invoice.discounted), (invoice, invoice.discounted), day=stage.after(25))


def rounding(stage: Stage) -> None:
    """Up to five cents too little or too much."""
    invoice = stage.with_ogm()
    cents = stage.dice.choice((-5, -3, -1, 2, 5)) * 10
    payment = _by_reference(invoice, invoice.payable + cents)
    stage.paid(payment, (invoice, invoice.payable + min(cents, 0)))


def before_its_invoice(stage: Stage) -> None:
    """Paid from a pro forma: the invoice is sent days later."""
    invoice = stage.invoice(reference=people.belgian_reference(stage.dice), day=stage.after(12))
    stage.paid(_by_reference(invoice, invoice.payable), (invoice, invoice.payable), day=stage.after(2))


def refunded_by_reference(stage: Stage) -> None:
    """Paid twice and paid back with the same OGM: what goes out pays no invoice."""
    invoice = stage.with_ogm()
    stage.paid(_by_reference(invoice, invoice.payable), (invoice, invoice.payable), day=stage.after(4))
    stage.comes(_by_reference(invoice, invoice.payable), stage.nothing(), stage.after(12))
    back = Payment(-invoice.payable, invoice.customer, reference=str(invoice.reference), code="00101000")
    stage.comes(back, Truth(stage.case, "none", may_be_suggested=True), stage.after(18))


def _by_reference(invoice: Invoiced, amount: int) -> Payment:
    return Payment(amount, invoice.customer, reference=str(invoice.reference))


def _reference_with_zeros(stage: Stage) -> StructuredReference:
    """As softwares make them of a counter: with zeros in front."""
    serial = stage.dice.randint(1_000_000, 999_999_999)
    return StructuredReference(f"{serial:010d}{serial % 97 or 97:02d}")
