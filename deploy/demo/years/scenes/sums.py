"""Payments of several things at once, of things with credit notes, and amounts that bear costs."""

from dataclasses import replace

from deploy.demo.coda.records import Entry, Text
from deploy.demo.years.banks import TRANSFER_OUT, Payment
from deploy.demo.years.stage import Stage
from deploy.demo.years.truths import Invoiced, Truth

_COST = 12_500


def batch_of_bank(stage: Stage) -> None:
    """Transfers of a day in one amount: type 2 with its details 6, each with its OGM."""
    invoices = [stage.with_ogm() for _ in range(stage.dice.randint(2, 6))]
    total = Entry(_sum(invoices), "20150000", Text("ontvangen overschrijvingen"), globalisation=1)
    stage.booked([(total, stage.nothing()), *_details(stage, invoices, "60150000", 1)], stage.soon())


def batch_in_two_levels(stage: Stage) -> None:
    """Type 2 with a detail 7 that has details 9 of its own, and with details 6 after it."""
    below = [stage.with_ogm() for _ in range(stage.dice.randint(1, 3))]
    after = [stage.with_ogm() for _ in range(stage.dice.randint(1, 3))]
    total = Entry(_sum(below) + _sum(after), "20150000", globalisation=1)
    sub = Entry(_sum(below), "70150000", detail=True, globalisation=2)
    lines = [(total, stage.nothing()), (sub, stage.nothing())]
    lines += [*_details(stage, below, "90150000", 2), *_details(stage, after, "60150000", 1)]
    stage.booked(lines, stage.soon())


def foreign_with_costs_as_details(stage: Stage) -> None:
    """Type 3: the words stand on the movement, the gross amount and the costs in its details 8."""
    invoice, day = stage.invoice(), stage.soon()
    paid = stage.entry(Payment(invoice.payable, invoice.customer, stage.words(invoice.number)), day)
    total = replace(paid, amount=invoice.payable - _COST, code="34150000", globalisation=1)
    gross = Entry(invoice.payable, "84150100", detail=True)
    costs = Entry(-_COST, "84137013", detail=True, globalisation=1)
    settled = Truth(stage.case, "settle", ((invoice, invoice.payable),))
    stage.booked([(total, stage.nothing()), (gross, settled), (costs, stage.nothing())], day)


def bank_costs_shared(stage: Stage) -> None:
    """From abroad, costs shared: communication 105 says what was ordered, the account got less."""
    invoice, day = stage.with_ogm(), stage.soon()
    got = invoice.payable - _COST
    ordered = f"{invoice.payable:015d}"
    body = f"{ordered}{ordered}000100000000EUR{invoice.reference:12}FR{ordered}"
    entry = stage.entry(Payment(got, invoice.customer, code="04150000"), day)
    truth = Truth(stage.case, "settle", ((invoice, got),))
    stage.booked([(replace(entry, text=Text(body, "105"), information=()), truth)], day)


def bank_costs_shared_by_number(stage: Stage) -> None:
    """The same without a reference: the number stands in the information."""
    invoice, day = stage.invoice(), stage.soon()
    ordered = f"{invoice.payable:015d}"
    body = f"{ordered}{ordered}000100000000EUR{'':12}FR{ordered}"
    entry = stage.entry(Payment(invoice.payable - _COST, invoice.customer, code="04150000"), day)
    said = (Text(stage.words(invoice.number)),)
    truth = Truth(stage.case, "settle", ((invoice, invoice.payable - _COST),))
    stage.booked([(replace(entry, text=Text(body, "105"), information=said), truth)], day)


def credit_note_with_wrong_sum(stage: Stage) -> None:
    """Less is paid than the invoice and the credit note that is named would make: a person looks at it."""
    invoice = stage.invoice()
    note = stage.credit_note(invoice)
    words = f"{invoice.number} - {note.number}"
    payment = Payment(invoice.payable - note.payable - 10_000, invoice.customer, words)
    stage.comes(payment, stage.suggestion((invoice, invoice.payable), (note, -note.payable)))


def credit_note_netted(stage: Stage) -> None:
    """The customer takes the credit note off and says so."""
    invoice = stage.invoice()
    note = stage.credit_note(invoice)
    words = stage.dice.choice(
        (
            f"{invoice.number} - {note.number}",
            f"factuur {invoice.number} min creditnota {note.number}",
            f"facture {invoice.number} moins note de crédit {note.number}",
            f"Rechnung {invoice.number} abzgl. Gutschrift {note.number}",
        )
    )
    payment = Payment(invoice.payable - note.payable, invoice.customer, words)
    stage.paid(payment, (invoice, invoice.payable), (note, -note.payable))


def credit_note_refunded(stage: Stage) -> None:
    """The invoice was paid already: the company pays the credit note back and names it."""
    invoice = stage.with_ogm()
    payment = Payment(invoice.payable, invoice.customer, reference=str(invoice.reference))
    stage.paid(payment, (invoice, invoice.payable), day=stage.after(3))
    note = stage.credit_note(invoice)
    refund = Payment(-note.payable, invoice.customer, f"terugbetaling {note.number}", code=TRANSFER_OUT)
    stage.paid(refund, (note, -note.payable), day=stage.after(9))


def _details(stage: Stage, invoices: list[Invoiced], code: str, level: int) -> list[tuple[Entry, Truth]]:
    day = stage.day
    lines = []
    for at, invoice in enumerate(invoices, start=1):
        payment = Payment(invoice.payable, invoice.customer, reference=str(invoice.reference), code=code)
        entry = replace(stage.entry(payment, day), detail=True, globalisation=level if at == len(invoices) else 0)
        lines.append((entry, Truth(stage.case, "settle", ((invoice, invoice.payable),))))
    return lines


def _sum(invoices: list[Invoiced]) -> int:
    return sum(invoice.payable for invoice in invoices)
