"""Payments that name nothing: what is known of their payers, and money that pays no invoice at all."""

from dataclasses import replace

from deploy.demo.coda.records import Entry, Text
from deploy.demo.years.banks import TRANSFER_OUT, Payment
from deploy.demo.years.stage import Stage
from deploy.demo.years.truths import Customer, Truth

_WORDS = ("betaling", "paiement", "overschrijving", "virement", "Zahlung", "merci", "bedankt", "")
_WITHIN = 0.3
_PROVIDERS = (
    ("STRIPE PAYMENTS EUROPE LTD", "STRIPE {}"),
    ("PayPal Europe S.a.r.l.", "PAYPAL TRANSFER {}"),
    ("Worldline NV", "Worldline Merchant {}"),
    ("Stichting Mollie Payments", "Uitbetaling Mollie {}"),
    ("Adyen N.V.", "TX{}XT batch"),
)


def known_account(stage: Stage) -> None:
    """A confirmed account and the exact amount of one of the customer's open invoices."""
    customer = stage.customer(known=True)
    invoices = stage.several(stage.dice.randint(1, 4), customer)
    invoice = stage.dice.choice(invoices)
    stage.paid(_silent(stage, invoice.payable, customer), (invoice, invoice.payable))


def known_account_and_several(stage: Stage) -> None:
    """A confirmed account and the sum of some of the customer's open invoices, which only these have."""
    customer = stage.customer(known=True)
    invoices = stage.several(stage.dice.randint(3, 7), customer)
    chosen = stage.dice.sample(invoices, stage.dice.randint(2, len(invoices) - 1))
    amount = sum(invoice.payable for invoice in chosen)
    stage.paid(_silent(stage, amount, customer), *((invoice, invoice.payable) for invoice in chosen))


def known_account_and_too_many(stage: Stage) -> None:
    """The same with so many open invoices that a sum tells nothing for certain: a person looks at it."""
    customer = stage.customer(known=True)
    invoices = stage.several(14, customer)
    chosen = stage.dice.sample(invoices, 3)
    amount = sum(invoice.payable for invoice in chosen)
    stage.comes(_silent(stage, amount, customer), stage.suggestion(*((each, each.payable) for each in chosen)))


def known_account_and_two_sums(stage: Stage) -> None:
    """Two pairs of a customer's invoices with one sum: nobody knows which."""
    customer = stage.customer(known=True)
    first, second = stage.invoice(customer), stage.invoice(customer)
    stage.invoice(customer, lines=first.lines)
    stage.invoice(customer, lines=second.lines)
    amount = first.payable + second.payable
    truth = stage.suggestion((first, first.payable), (second, second.payable))
    stage.comes(_silent(stage, amount, customer), truth)


def known_account_and_other_amount(stage: Stage) -> None:
    """A confirmed account and an amount that no invoices of the customer have."""
    customer = stage.customer(known=True)
    stage.several(stage.dice.randint(1, 6), customer)
    stage.comes(_silent(stage, stage.book.amount(), customer), stage.nothing(may_be_suggested=True))


def name_and_amount(stage: Stage) -> None:
    """An account that nobody confirmed: the name and the amount fit, and a person decides."""
    invoice = stage.invoice()
    payment = _silent(stage, invoice.payable, invoice.customer)
    stage.comes(payment, stage.suggestion((invoice, invoice.payable)))


def ultimate_debtor_unnamed(stage: Stage) -> None:
    """Somebody pays for the customer, and names nothing but the customer."""
    invoice = stage.invoice()
    payment = replace(_silent(stage, invoice.payable, stage.customer()), debtor=invoice.customer.party.name)
    stage.comes(payment, stage.suggestion((invoice, invoice.payable)))


def same_amount_twice(stage: Stage) -> None:
    """Two invoices of one customer with the same amount: even a confirmed account tells not which."""
    customer = stage.customer(known=stage.dice.random() < 0.5)
    first = stage.invoice(customer)
    stage.invoice(customer, lines=first.lines)
    stage.comes(_silent(stage, first.payable, customer), stage.suggestion((first, first.payable)))


def unknown_payer(stage: Stage) -> None:
    """Nothing fits."""
    payment = _silent(stage, stage.book.amount(), stage.customer())
    stage.comes(payment, stage.nothing(may_be_suggested=True))


def own_transfer(stage: Stage) -> None:
    """Money goes from one account of the company to another."""
    day, amount = stage.soon(), stage.book.amount()
    first, second = stage.dice.sample(stage.company.accounts, 2)
    for account, other, signed, code in (
        (first, second, -amount, TRANSFER_OUT),
        (second, first, amount, "00150000"),
    ):
        itself = Customer(stage.company.party, other.iban, other.bic)
        entry = stage.entry(Payment(signed, itself, "liquiditeit", code=code), day)
        inside = stage.dice.random() < _WITHIN and signed > 0
        entry = replace(entry, code="00164000") if inside else entry
        stage.booked([(entry, stage.nothing())], day, account=account)


def bank_costs_and_interest(stage: Stage) -> None:
    """What the bank takes and gives."""
    day = stage.soon()
    booked = (
        Entry(-stage.dice.randint(2, 90) * 500, "03537006", Text("kosten rekening / frais de compte"), value_date=day),
        Entry(-stage.dice.randint(2, 90) * 500, "08037000", Text("beheerskosten"), value_date=day),
        Entry(stage.dice.randint(1, 500) * 10, "03550002", Text("interest / intérêts"), value_date=day),
    )
    for entry in booked:
        stage.booked([(entry, stage.nothing())], day)


def payout(stage: Stage) -> None:
    """A provider pays out what many customers paid by card; the sum is by chance an open invoice's."""
    invoice, day = stage.invoice(), stage.soon()
    name, words = stage.dice.choice(_PROVIDERS)
    somebody = stage.customer()
    provider = replace(somebody, party=replace(somebody.party, name=name))
    told = words.format(stage.dice.randint(10**6, 10**7))
    stage.comes(Payment(invoice.payable, provider, told), stage.nothing(), day)


def terminal(stage: Stage) -> None:
    """A day's payments at the terminal in the shop."""
    day = stage.soon()
    body = f"1{stage.dice.randint(1, 10**6 - 1):06d}{day.month:03d}{1:06d}{day:%d%m%y}{40:06d}{day:%d%m%y}0"
    entry = Entry(stage.book.amount(), "00450000", Text(body, "111"), value_date=day)
    stage.booked([(entry, stage.nothing())], day)


def wages_paid(stage: Stage) -> None:
    """A file of payments in one amount: type 1 with its details 5, all of them out."""
    day = stage.soon()
    details = [
        replace(stage.entry(Payment(-stage.book.amount(), stage.customer(), "loon", code="50107000"), day), detail=True)
        for _ in range(stage.dice.randint(2, 4))
    ]
    total = Entry(sum(detail.amount for detail in details), "10107000", globalisation=1)
    closed = [*details[:-1], replace(details[-1], globalisation=1)]
    stage.booked([(entry, Truth(stage.case, "none")) for entry in (total, *closed)], day)


def never_paid(stage: Stage) -> None:
    """Invoices that stay open."""
    stage.several(stage.dice.randint(1, 3))


def _silent(stage: Stage, amount: int, payer: Customer) -> Payment:
    return Payment(amount, payer, stage.dice.choice(_WORDS))
