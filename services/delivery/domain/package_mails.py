"""A document as a mail to the mailbox of an office's package: one a mail, the files attached, a few words for people.

Nothing in it comes from the moment of sending (RFC 5322 §3.6.4): Message-ID, date and boundary belong to the
document and the channel, so a repeat is the same to the byte.
"""

from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.delivery.domain.deliverables import filed, subject_of
from services.delivery.domain.differences import told_differences
from services.delivery.domain.documents import Document
from services.delivery.domain.files import Parcel
from services.delivery.domain.handovers import printable
from services.delivery.domain.mail_words import client_line, framed, short
from services.delivery.domain.rendering.forms import FORMS
from services.delivery.domain.statement_mails import statement_lines, statement_subject
from services.delivery.domain.statements import RoutedStatement
from shared.values import EmailAddress, Language

MAIL_BYTES = 10_000_000
"""What most mailboxes take; the size of the whole message."""
_DIFFERENCES_BYTES = 8_000
_LINES_WIDTH = 200


@dataclass(frozen=True, slots=True)
class _Words:
    """What people read. Placeholders are named."""

    invoice: str
    credit_note: str
    self_billed: str
    subject: str
    supplier: str
    customer: str
    dates: str
    due: str
    total: str
    version: str
    differences: str
    nothing: str
    too_large: str
    without_pdf: str
    again: str
    code: str
    sent_by: str


_WORDS = {
    Language.NL: _Words(
        invoice="Factuur",
        credit_note="Creditnota",
        self_billed="aan zichzelf uitgereikt door de klant",
        subject="{kind} {number} van {supplier}",
        supplier="Ondernemingsnummer van de verkoper: {number}",
        customer="Klant: {name}",
        dates="Datum: {issued}",
        due="Vervaldag: {due}",
        total="Totaal: {total} {currency}, te betalen: {payable} {currency}",
        version="Dit is versie {version}; ze vervangt een eerder bezorgd document ({older}).",
        differences="Wat anders is dan in de vorige versie ({told} van {count}):",
        nothing="niets",
        too_large="De pdf is te groot voor een e-mail en zit er niet bij. U vindt hem bij Relais.",
        without_pdf="Van dit document kon geen pdf worden gemaakt. De bijgevoegde UBL is volledig.",
        again="Dit document werd opnieuw bezorgd omdat uw kantoor daarom vroeg.",
        code="Code om deze postbus te bevestigen: {code}. Geef ze in bij het kanaal, dan pas wordt hier bezorgd.",
        sent_by="Bezorgd door Relais. Alleen de gestructureerde factuur (UBL) telt. Documentnummer: {document}",
    ),
    Language.FR: _Words(
        invoice="Facture",
        credit_note="Note de crédit",
        self_billed="établie par le client lui-même",
        subject="{kind} {number} de {supplier}",
        supplier="Numéro d'entreprise du vendeur : {number}",
        customer="Client : {name}",
        dates="Date : {issued}",
        due="Échéance : {due}",
        total="Total : {total} {currency}, à payer : {payable} {currency}",
        version="Ceci est la version {version} ; elle remplace un document remis auparavant ({older}).",
        differences="Ce qui diffère de la version précédente ({told} sur {count}) :",
        nothing="rien",
        too_large="Le PDF est trop grand pour un e-mail et n'est pas joint. Vous le trouvez chez Relais.",
        without_pdf="Aucun PDF n'a pu être fait de ce document. L'UBL joint est complet.",
        again="Ce document est remis une nouvelle fois à la demande de votre bureau.",
        code="Code de confirmation de cette boîte : {code}. Indiquez-le au canal : rien n'est remis ici avant.",
        sent_by="Remis par Relais. Seule la facture structurée (UBL) compte. Numéro du document : {document}",
    ),
    Language.DE: _Words(
        invoice="Rechnung",
        credit_note="Gutschrift",
        self_billed="vom Kunden selbst ausgestellt",
        subject="{kind} {number} von {supplier}",
        supplier="Unternehmensnummer des Verkäufers: {number}",
        customer="Kunde: {name}",
        dates="Datum: {issued}",
        due="Fällig am: {due}",
        total="Gesamtbetrag: {total} {currency}, zu zahlen: {payable} {currency}",
        version="Dies ist Version {version}; sie ersetzt ein früher zugestelltes Dokument ({older}).",
        differences="Was anders ist als in der vorigen Version ({told} von {count}):",
        nothing="nichts",
        too_large="Die PDF-Datei ist für eine E-Mail zu groß und liegt nicht bei. Sie finden sie bei Relais.",
        without_pdf="Von diesem Dokument konnte keine PDF-Datei erstellt werden. Die beigefügte UBL ist vollständig.",
        again="Dieses Dokument wird auf Wunsch Ihres Büros noch einmal zugestellt.",
        code="Code zur Bestätigung dieses Postfachs: {code}. Erst wenn er beim Kanal steht, wird zugestellt.",
        sent_by="Zugestellt von Relais. Nur die strukturierte Rechnung (UBL) zählt. Dokumentnummer: {document}",
    ),
    Language.EN: _Words(
        invoice="Invoice",
        credit_note="Credit note",
        self_billed="made out by the customer itself",
        subject="{kind} {number} of {supplier}",
        supplier="Enterprise number of the seller: {number}",
        customer="Customer: {name}",
        dates="Date: {issued}",
        due="Due: {due}",
        total="Total: {total} {currency}, payable: {payable} {currency}",
        version="This is version {version}; it replaces a document delivered before ({older}).",
        differences="What differs from the version before ({told} of {count}):",
        nothing="nothing",
        too_large="The PDF is too large for a mail and is not attached. You find it at Relais.",
        without_pdf="No PDF could be made of this document. The attached UBL is complete.",
        again="This document is delivered once more because your office asked for it.",
        code="Code to confirm this mailbox: {code}. Enter it for the channel: nothing is delivered here before.",
        sent_by="Delivered by Relais. Only the structured invoice (UBL) counts. Document number: {document}",
    ),
}


def package_mail(parcel: Parcel, sender: str, recipient: EmailAddress) -> bytes | None:
    """The whole message (RFC 5322, `multipart/mixed`, CRLF). Too large with its PDF it goes with the XML of an invoice,
    or the bank's lines, alone, and says so; None: that alone is too large.

    `sender` is an address, or a name with an address in angle brackets.
    """
    whole = _message(parcel, sender, recipient, left_out=False)
    if len(whole) <= MAIL_BYTES:
        return whole
    counts = "cod" if isinstance(parcel.document, RoutedStatement) else "xml"
    lean = replace(parcel, files=tuple(each for each in parcel.files if each.kind == counts))
    smaller = _message(lean, sender, recipient, left_out=len(lean.files) < len(parcel.files))
    return smaller if lean.files and len(smaller) <= MAIL_BYTES else None


def mail_id(parcel: Parcel, sender: str) -> str:
    """`<32 hex digits@domain>`, the same for every try."""
    return f"<{parcel.parcel_id.hex}@{sender.rstrip('> ').rpartition('@')[2]}>"


def _message(parcel: Parcel, sender: str, recipient: EmailAddress, *, left_out: bool) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = str(recipient)
    message["Subject"] = _subject(parcel)
    message["Date"] = format_datetime(parcel.added_at)
    message["Message-ID"] = mail_id(parcel, sender)
    # RFC 3834 §5: out-of-office answers to this mail would go nowhere.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Relais-Document-Id"] = str(subject_of(parcel.document))
    lines = _lines(parcel, left_out=left_out)
    if parcel.code:
        lines = [_WORDS[parcel.language].code.format(code=parcel.code), "", *lines]
    message.set_content("\n".join(lines) + "\n", cte="quoted-printable")
    for file in parcel.files:
        main, _, sub = file.media_type.partition("/")
        message.add_attachment(file.data, maintype=main, subtype=sub, filename=file.name)
    if parcel.files:
        message.set_boundary("=_" + parcel.parcel_id.hex)
    return message.as_bytes()


def _subject(parcel: Parcel) -> str:
    words, document = _WORDS[parcel.language], filed(parcel.document)
    if isinstance(document, RoutedStatement):
        subject = statement_subject(parcel.language, document)
    else:
        kind = _kind(words, document)
        subject = words.subject.format(kind=kind, number=short(document.number), supplier=document.enterprise_number)
    return f"[TEST] {subject}" if parcel.test else subject


def _lines(parcel: Parcel, *, left_out: bool) -> list[str]:
    words, document = _WORDS[parcel.language], filed(parcel.document)
    if isinstance(document, RoutedStatement):
        return statement_lines(parcel, document, left_out=left_out)
    kind, forms = f"{_kind(words, document)} {short(document.number)}", FORMS[parcel.language]
    lines = [f"{kind} ({words.self_billed})" if document.self_billed else kind]
    lines.append(words.supplier.format(number=document.enterprise_number))
    lines += client_line(parcel.language, document.client_code)
    if document.customer_name:
        lines.append(words.customer.format(name=short(document.customer_name)))
    if document.issue_date is not None:
        lines.append(words.dates.format(issued=forms.short_day(document.issue_date)))
    if document.due_date is not None:
        lines.append(words.due.format(due=forms.short_day(document.due_date)))
    if document.tax_inclusive is not None and document.payable is not None:
        told = {"total": document.tax_inclusive, "payable": document.payable}
        amounts = {name: forms.written(amount, decimals=2) for name, amount in told.items()}
        lines.append(words.total.format(currency=document.invoice_currency, **amounts))
    lines += _of_version(words, document)
    notes = {words.too_large: left_out, words.without_pdf: parcel.without_pdf, words.again: bool(parcel.occasion)}
    return framed(parcel, lines, notes, words.sent_by.format(document=document.document_id))


def _of_version(words: _Words, document: Document) -> list[str]:
    if document.supersedes is None:
        return []
    lines = ["", words.version.format(version=document.invoice_version, older=document.supersedes)]
    told = told_differences(document.differences, _DIFFERENCES_BYTES)
    if told:
        lines.append(words.differences.format(told=len(told), count=len(document.differences)))
        for each in told:
            before, after = (printable(each[side]) or words.nothing for side in ("before", "after"))
            lines.append(f"- {printable(each['field'])}: {before} -> {after}"[:_LINES_WIDTH])
    return lines


def _kind(words: _Words, document: Document) -> str:
    return words.credit_note if document.family == "credit_note" else words.invoice
