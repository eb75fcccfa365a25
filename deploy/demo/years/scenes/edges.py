"""What seldom happens and is read all the same: references in other groups, short counters, costs that a bank took
along, references of nobody whose payer tells more."""

from dataclasses import replace
from itertools import pairwise

from deploy.demo.coda import people
from deploy.demo.coda.records import Text
from deploy.demo.years.banks import Payment, collected
from deploy.demo.years.scenes.collected import CREDITED, UNPAID
from deploy.demo.years.stage import Stage
from deploy.demo.years.truths import Truth

_BANKS_COSTS = (2_500, 3_250, 12_000, 35_000)
_SHORT = 100


def ogm_in_other_groups(stage: Stage) -> None:
    """The twelve digits of an OGM as 4/4/4, or as anybody groups them who does not look at the invoice."""
    invoice = stage.with_ogm()
    ogm = str(invoice.reference)
    sizes = stage.dice.choice(((4, 4, 4), (4, 4, 4), (6, 6), (4, 8), (5, 4, 3)))
    places = [sum(sizes[:at]) for at in range(len(sizes) + 1)]
    groups = [ogm[first:last] for first, last in pairwise(places)]
    said = stage.dice.choice(("/", " ", "-", ".")).join(groups)
    words = stage.dice.choice(("{}", "+++{}+++", "betaling {} dank u", "factuur ref. {}")).format(said)
    stage.paid(Payment(invoice.payable, invoice.customer, words), (invoice, invoice.payable))


def short_counter(stage: Stage) -> None:
    """A number below a hundred without its year: a person looks at it, for it says little."""
    pattern = stage.company.pattern
    used = {pattern.counter(invoice.number) for invoice in stage.book.invoices}
    free = [counter for counter in range(1, _SHORT) if str(counter) not in used]
    if not free or pattern.name == "dotted":
        # Of `24.7` nobody says 7: with so few digits behind the point it is an amount.
        stage.invoice()
        return
    counter = stage.dice.choice(free)
    invoice = stage.invoice(number=pattern.of(stage.day, counter))
    said = ("fact {}", "factuur nr {}", "facture n° {}", "Rechnung {}, danke", "fact {:03}", "inv {:05}")
    payment = Payment(invoice.payable, stage.customer(), stage.dice.choice(said).format(counter))
    stage.comes(payment, stage.suggestion((invoice, invoice.payable)))


def direct_debit_rejected_net(stage: Stage) -> None:
    """The bank takes what was collected back and its costs with it, in one amount without details: the invoice is open
    for what it was paid, the rest is costs."""
    invoice = stage.invoice(mandate=f"MND-{stage.dice.randint(10**6, 10**7)}")
    payment = Payment(invoice.payable, invoice.customer, code=CREDITED, end_to_end=invoice.number)
    entry = collected(payment, invoice.mandate, invoice.number, stage.after(9), stage.account)
    stage.booked([(entry, Truth(stage.case, "settle", ((invoice, invoice.payable),)))], stage.after(10))
    net = replace(payment, amount=-invoice.payable - stage.dice.choice(_BANKS_COSTS), code=UNPAID)
    back = collected(net, invoice.mandate, invoice.number, stage.after(9), stage.account, ("2", "AM04"))
    stage.booked([(back, Truth(stage.case, "reopen", ((invoice, -invoice.payable),)))], stage.after(14))


def transfer_returned_net(stage: Stage) -> None:
    """A transfer goes back with the bank's costs in it; only the id of the payer's program says which one it was."""
    invoice = stage.with_ogm()
    issued = f"E2E{stage.dice.randint(10**8, 10**9)}"
    payment = Payment(invoice.payable, invoice.customer, reference=str(invoice.reference), end_to_end=issued)
    stage.paid(payment, (invoice, invoice.payable), day=stage.after(5))
    back = replace(
        stage.entry(replace(payment, amount=-invoice.payable - stage.dice.choice(_BANKS_COSTS)), stage.after(8)),
        code="00149000", text=Text("retour"), bank_reference="", return_type="2", return_reason="AC04",
    )  # fmt: skip
    stage.booked([(back, Truth(stage.case, "reopen", ((invoice, -invoice.payable),)))], stage.after(8))


def ogm_of_nobody_and_number(stage: Stage) -> None:
    """An OGM that no invoice asked for, in a structured communication, and the number of an invoice beside it."""
    invoice, day = stage.invoice(), stage.soon()
    payment = Payment(invoice.payable, stage.customer(), reference=people.belgian_reference(stage.dice))
    entry = replace(stage.entry(payment, day), information=(Text(f"factuur {invoice.number}"),))
    stage.booked([(entry, stage.suggestion((invoice, invoice.payable)))], day)


def ogm_of_nobody_and_name(stage: Stage) -> None:
    """An OGM that no invoice asked for: the payer's name and the amount fit one."""
    invoice = stage.invoice()
    payment = Payment(invoice.payable, invoice.customer, reference=people.belgian_reference(stage.dice))
    stage.comes(payment, stage.suggestion((invoice, invoice.payable)))


def ogm_of_nobody_until_its_invoice(stage: Stage) -> None:
    """The same where the invoice with the reference comes days later: that one was paid."""
    reference = people.belgian_reference(stage.dice)
    other = stage.invoice()
    invoice = stage.invoice(other.customer, lines=other.lines, reference=reference, day=stage.after(30))
    payment = Payment(invoice.payable, invoice.customer, reference=str(reference))
    stage.paid(payment, (invoice, invoice.payable), day=stage.after(12))


def ordered_in_dollars(stage: Stage) -> None:
    """From abroad for an invoice in dollars, on an account in euros: communication 105 says that just its amount was
    ordered, and its reference or number which one it is."""
    is_referred = stage.dice.random() < 0.5
    reference = people.belgian_reference(stage.dice) if is_referred else None
    invoice, day = stage.invoice(reference=reference, currency="USD"), stage.soon()
    rate = stage.dice.randint(80_000_000, 99_000_000)
    got = invoice.payable * rate // 100_000_000 // 10 * 10
    body = f"{got:015d}{invoice.payable:015d}{rate:012d}USD{reference or '':12}US{got:015d}"
    entry = stage.entry(Payment(got, invoice.customer, code="04150000"), day)
    said = () if is_referred else (Text(f"invoice {invoice.number}"),)
    truth = Truth(stage.case, "settle", ((invoice, invoice.payable),))
    stage.booked([(replace(entry, text=Text(body, "105"), information=said), truth)], day)


def ordered_in_dollars_and_more(stage: Stage) -> None:
    """The same where what was ordered is not what is open: a person sees to it, or nobody is asked."""
    invoice, day = stage.invoice(reference=people.belgian_reference(stage.dice), currency="USD"), stage.soon()
    ordered = invoice.payable + stage.dice.choice((-50, 50, 5_000))
    body = f"{ordered:015d}{ordered:015d}{100_000_000:012d}USD{invoice.reference:12}US{ordered:015d}"
    entry = stage.entry(Payment(ordered, invoice.customer, code="04150000"), day)
    truth = stage.nothing(may_be_suggested=True)
    stage.booked([(replace(entry, text=Text(body, "105"), information=()), truth)], day)
