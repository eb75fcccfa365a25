"""A sales invoice or credit note as a page: everything that its reader needs, in the reader's language."""

from collections.abc import Iterable, Mapping

from services.delivery.domain.rendering.forms import FORMS, Forms
from services.delivery.domain.rendering.invoice_rows import lines_table, taxes_table, totals
from services.delivery.domain.rendering.legible import joined, legible, legible_lines
from services.delivery.domain.rendering.pages import LONGEST_TITLE, Fact, Page, Section
from services.delivery.domain.rendering.party_boxes import party_boxes
from services.delivery.domain.rendering.words import WORDS
from shared.contracts.sales_invoices import PaymentMeans, PrecedingInvoice, SalesInvoice
from shared.values import Iban, Language, ValueRejected

_LONGEST_RUNNING = 60
"""Characters of each of the two parts of a running head, which has one line."""
_REFERENCES = (
    "order",
    "sales_order",
    "contract",
    "project",
    "despatch_advice",
    "receiving_advice",
    "tender",
    "invoiced_object",
    "accounting_cost",
)


def invoice_page(invoice: SalesInvoice, language: Language) -> Page:
    """The page of an invoice. Nothing of the document is left out but what only machines read."""
    words, forms = WORDS[language], FORMS[language]
    kind = words.get(f"title.{invoice.type_code}", words[f"title.{invoice.family}"])
    title = f"{kind} {legible(invoice.number[:LONGEST_TITLE])}"
    return Page(
        language=language,
        title=title,
        subtitle=words["self_billed"] if invoice.self_billed else "",
        running=joined((title[:_LONGEST_RUNNING], invoice.supplier.name[:_LONGEST_RUNNING]), " · "),
        dated=invoice.issue_date,
        parties=party_boxes(invoice, words),
        facts=_facts(invoice, words, forms),
        amounts_in=words["amounts_in"].format(currency=invoice.currency),
        lines=lines_table(invoice, words, forms),
        taxes=taxes_table(invoice, words, forms),
        totals=totals(invoice, words, forms),
        sections=tuple(_sections(invoice, words, forms)),
        notice=words[f"notice.{invoice.family}"],
        paging=words["page"],
    )


def account(text: str) -> str:
    """An IBAN in groups of four; else as written."""
    try:
        return Iban(text).formatted
    except ValueRejected:
        return legible(text)


def said(facts: Iterable[tuple[str, str]]) -> tuple[Fact, ...]:
    """The facts that say something."""
    return tuple(Fact(label, text) for label, text in facts if text)


def _facts(invoice: SalesInvoice, words: Mapping[str, str], forms: Forms) -> tuple[Fact, ...]:
    period = forms.days(invoice.period.start, invoice.period.end) if invoice.period is not None else ""
    corrected = "; ".join(_preceding(each, forms) for each in invoice.preceding)
    named = [(words[name], legible(getattr(invoice, name))) for name in _REFERENCES]
    return said(
        [
            (words["issue_date"], forms.day(invoice.issue_date)),
            (words["due_date"], forms.day(invoice.due_date)),
            (words[f"corrects.{invoice.family}"], corrected),
            (words["your_reference"], legible(invoice.buyer_reference)),
            *named,
            (words["delivery_date"], forms.day(invoice.delivery_date)),
            (words["period"], period),
            (words["tax_point_date"], forms.day(invoice.tax_point_date)),
        ]
    )


def _preceding(invoice: PrecedingInvoice, forms: Forms) -> str:
    return joined((invoice.number, forms.short_day(invoice.issue_date)))


def _sections(invoice: SalesInvoice, words: Mapping[str, str], forms: Forms) -> Iterable[Section]:
    terms = " ".join(legible_lines(invoice.payment_terms))
    agreed = (forms.labelled(words["terms"], terms),) if terms else ()
    payment = _payment(invoice, words)
    if payment or agreed:
        yield Section(words["payment"], facts=payment, paragraphs=agreed)
    if notes := tuple(line for note in invoice.notes for line in legible_lines(note)):
        yield Section(words["notes"], paragraphs=notes)
    files = (joined((each.name, each.description, each.uri), " – ") for each in invoice.attachments)
    if attached := tuple(file for file in files if file):
        yield Section(words["attachments"], paragraphs=attached)


def _payment(invoice: SalesInvoice, words: Mapping[str, str]) -> tuple[Fact, ...]:
    reference = invoice.reference.formatted if invoice.reference is not None else ""
    written = "" if reference else legible(invoice.payment_text)
    told = [fact for means in invoice.payment_means for fact in _means(means, words)]
    told += [
        (words["account"], account(iban)) for iban in invoice.ibans if all(account(iban) != text for _, text in told)
    ]
    told += [(words["reference"], reference), (words["remittance"], written)]
    # Several means often name the same account: each fact is told once.
    return said(dict.fromkeys(told))


def _means(means: PaymentMeans, words: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (words["means"], words.get(f"means.{means.code}", "")),
        (words["account"], account(means.account)),
        (words["account_holder"], legible(means.account_name)),
        (words["bic"], legible(means.bic)),
        (words["mandate"], legible(means.mandate)),
        (words["debited_account"], account(means.debited_account)),
        (words["card"], legible(means.card)),
    ]
