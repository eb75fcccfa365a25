"""Direct debits that the company collects, and money that comes back."""

from dataclasses import replace

from deploy.demo.coda.records import Entry
from deploy.demo.years.banks import Payment, collected
from deploy.demo.years.stage import Stage
from deploy.demo.years.truths import Invoiced, Truth

_REASONS = (("2", "AM04"), ("2", "MD06"), ("1", "AC04"), ("3", "MD01"), ("2", "MS03"))
_COST = 3_250
CREDITED, UNPAID = "00550000", "00503000"


def direct_debit(stage: Stage) -> None:
    """Collected by mandate: the mandate and the amount, or our own end-to-end id, say which invoice it is."""
    invoice = _collectable(stage)
    day = stage.after(10)
    stage.booked([(_collection(stage, invoice, stage.dice.random() < 0.5), _settled(stage, invoice))], day)


def direct_debit_rejected(stage: Stage) -> None:
    """Collected, and given back days later with the reason of ISO 20022: the invoice is open again."""
    invoice = _collectable(stage)
    stage.booked([(_collection(stage, invoice, True), _settled(stage, invoice))], stage.after(10))
    stage.booked([(_return(stage, invoice), _reopened(stage, invoice))], stage.after(14))


def rejected_on_another_account(stage: Stage) -> None:
    """Collected on one account of the company, and given back on another."""
    invoice = _collectable(stage)
    stage.booked([(_collection(stage, invoice, True), _settled(stage, invoice))], stage.after(10))
    other = next(account for account in stage.company.accounts if account != stage.account)
    stage.booked([(_return(stage, invoice), _reopened(stage, invoice))], stage.after(13), account=other)


def direct_debit_rejected_with_costs(stage: Stage) -> None:
    """The bank takes its costs in the same movement: type 3 with the gross and the costs as details."""
    invoice = _collectable(stage)
    stage.booked([(_collection(stage, invoice, True), _settled(stage, invoice))], stage.after(10))
    gross = _return(stage, invoice)
    total = replace(gross, amount=gross.amount - _COST, code="30503000", globalisation=1)
    detail = replace(gross, code="80503100", detail=True)
    cost = Entry(-_COST, "80537013", detail=True, globalisation=1)
    lines = [(total, stage.nothing()), (detail, _reopened(stage, invoice)), (cost, stage.nothing())]
    stage.booked(lines, stage.after(15))


def rejected_then_paid(stage: Stage) -> None:
    """Collected, given back, and at last transferred with the OGM."""
    invoice = replace(stage.with_ogm(), mandate=f"MND-{stage.dice.randint(10**6, 10**7)}")
    stage.book.invoices[-1] = invoice
    stage.booked([(_collection(stage, invoice, True), _settled(stage, invoice))], stage.after(8))
    stage.booked([(_return(stage, invoice), _reopened(stage, invoice))], stage.after(12))
    payment = Payment(invoice.payable, invoice.customer, reference=str(invoice.reference))
    stage.paid(payment, (invoice, invoice.payable), day=stage.after(24))


def reversal_before_its_original(stage: Stage) -> None:
    """Both on one statement, the reversal first: it waits for what it takes back."""
    invoice, day = _collectable(stage), stage.after(10)
    stage.booked([(_return(stage, invoice), _reopened(stage, invoice))], day, rank=-1)
    stage.booked([(_collection(stage, invoice, True), _settled(stage, invoice))], day)


def reversal_of_nothing(stage: Stage) -> None:
    """What it takes back is nowhere to be found."""
    invoice = _collectable(stage)
    stage.booked([(_return(stage, invoice), stage.nothing())], stage.after(10))


def transfer_cancelled(stage: Stage) -> None:
    """The bank takes a transfer back that it booked by mistake: same reference, same amount."""
    invoice = stage.with_ogm()
    payment = Payment(
        invoice.payable,
        invoice.customer,
        reference=str(invoice.reference),
        end_to_end=f"E2E{stage.dice.randint(10**8, 10**9)}",
    )
    day = stage.after(5)
    entry = stage.entry(payment, day)
    stage.booked([(entry, _settled(stage, invoice))], day)
    back = replace(entry, amount=-entry.amount, code="00149000", return_type="5", value_date=stage.after(7))
    stage.booked([(back, Truth(stage.case, "reopen", ((invoice, -invoice.payable),)))], stage.after(7))


def refund_comes_back(stage: Stage) -> None:
    """A credit note was paid back to an account that is closed: the credit note is open again."""
    invoice = stage.with_ogm()
    payment = Payment(invoice.payable, invoice.customer, reference=str(invoice.reference))
    stage.paid(payment, (invoice, invoice.payable), day=stage.after(3))
    note = stage.credit_note(invoice)
    end_to_end = f"E2E{stage.dice.randint(10**8, 10**9)}"
    out = Payment(-note.payable, invoice.customer, f"{note.number}", end_to_end=end_to_end, code="00101000")
    day = stage.after(9)
    entry = stage.entry(out, day)
    stage.booked([(entry, Truth(stage.case, "settle", ((note, -note.payable),)))], day)
    back = replace(entry, amount=note.payable, code="00154000", return_type="2", return_reason="AC04")
    stage.booked([(back, Truth(stage.case, "reopen", ((note, note.payable),)))], stage.after(11))


def collections_in_one_amount(stage: Stage) -> None:
    """The company's own file of collections: type 1 with its details 5, one of which is given back later."""
    invoices = [_collectable(stage) for _ in range(stage.dice.randint(2, 5))]
    details = [
        (replace(_collection(stage, invoice, True), code="50550000", detail=True), _settled(stage, invoice))
        for invoice in invoices
    ]
    amount = sum(invoice.payable for invoice in invoices)
    total = Entry(amount, "10550000", globalisation=1, customer_reference=f"PMT-{stage.dice.randint(1, 10**6)}")
    last, truth = details[-1]
    closed = [*details[:-1], (replace(last, globalisation=1), truth)]
    stage.booked([(total, stage.nothing()), *closed], stage.after(9))
    stage.booked([(_return(stage, invoices[0]), _reopened(stage, invoices[0]))], stage.after(13))


def _collectable(stage: Stage) -> Invoiced:
    return stage.invoice(mandate=f"MND-{stage.dice.randint(10**6, 10**7)}")


def _collection(stage: Stage, invoice: Invoiced, by_end_to_end: bool) -> Entry:
    payment = Payment(
        invoice.payable, invoice.customer, code=CREDITED, end_to_end=invoice.number if by_end_to_end else ""
    )
    told = "domiciliering" if not by_end_to_end else invoice.number
    return collected(payment, invoice.mandate, told, stage.after(9), stage.account)


def _return(stage: Stage, invoice: Invoiced) -> Entry:
    payment = Payment(-invoice.payable, invoice.customer, code=UNPAID, end_to_end=invoice.number)
    reason = stage.dice.choice(_REASONS)
    return collected(payment, invoice.mandate, invoice.number, stage.after(9), stage.account, reason)


def _settled(stage: Stage, invoice: Invoiced) -> Truth:
    return Truth(stage.case, "settle", ((invoice, invoice.payable),))


def _reopened(stage: Stage, invoice: Invoiced) -> Truth:
    return Truth(stage.case, "reopen", ((invoice, -invoice.payable),))
