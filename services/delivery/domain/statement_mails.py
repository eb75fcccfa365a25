"""What a mail with a bank statement says to people, in their language; the mail around it is that of every document."""

from dataclasses import dataclass
from functools import partial

from services.delivery.domain.files import Parcel
from services.delivery.domain.mail_words import client_line, framed, short
from services.delivery.domain.rendering.forms import FORMS
from services.delivery.domain.statements import RoutedStatement
from shared.values import Language


@dataclass(frozen=True, slots=True)
class _Words:
    """What people read. Placeholders are named."""

    subject: str
    account: str
    holder: str
    number: str
    balances: str
    movements: str
    too_large: str
    without_pdf: str
    again: str
    sent_by: str


_WORDS = {
    Language.NL: _Words(
        subject="Rekeninguittreksel {number} van {iban}",
        account="Rekening: {iban} ({currency})",
        holder="Houder: {name}",
        number="Ondernemingsnummer van de houder: {number}",
        balances="Oud saldo: {old}, nieuw saldo op {day}: {new}",
        movements="Verrichtingen: {count}, bij {credits}, af {debits}",
        too_large="De andere bestanden zijn te groot voor een e-mail en zitten er niet bij. U vindt ze bij Relais.",
        without_pdf="Van dit uittreksel kon geen pdf worden gemaakt. Het bijgevoegde CODA-bestand is volledig.",
        again="Dit uittreksel werd opnieuw bezorgd omdat uw kantoor daarom vroeg.",
        sent_by="Bezorgd door Relais. Alleen het CODA-bestand van de bank telt. Nummer: {statement}",
    ),
    Language.FR: _Words(
        subject="Extrait de compte {number} de {iban}",
        account="Compte : {iban} ({currency})",
        holder="Titulaire : {name}",
        number="Numéro d'entreprise du titulaire : {number}",
        balances="Ancien solde : {old}, nouveau solde au {day} : {new}",
        movements="Mouvements : {count}, crédit {credits}, débit {debits}",
        too_large="Les autres fichiers, trop grands pour un e-mail, ne sont pas joints. Vous les trouvez chez Relais.",
        without_pdf="Aucun PDF n'a pu être fait de cet extrait. Le fichier CODA joint est complet.",
        again="Cet extrait est remis une nouvelle fois à la demande de votre bureau.",
        sent_by="Remis par Relais. Seul le fichier CODA de la banque compte. Numéro : {statement}",
    ),
    Language.DE: _Words(
        subject="Kontoauszug {number} von {iban}",
        account="Konto: {iban} ({currency})",
        holder="Inhaber: {name}",
        number="Unternehmensnummer des Inhabers: {number}",
        balances="Alter Saldo: {old}, neuer Saldo am {day}: {new}",
        movements="Buchungen: {count}, Haben {credits}, Soll {debits}",
        too_large="Die anderen Dateien sind für eine E-Mail zu groß und liegen nicht bei. Sie finden sie bei Relais.",
        without_pdf="Von diesem Auszug konnte kein PDF erstellt werden. Die beigefügte CODA-Datei ist vollständig.",
        again="Dieser Auszug wird auf Wunsch Ihres Büros noch einmal zugestellt.",
        sent_by="Zugestellt von Relais. Nur die CODA-Datei der Bank zählt. Nummer: {statement}",
    ),
    Language.EN: _Words(
        subject="Bank statement {number} of {iban}",
        account="Account: {iban} ({currency})",
        holder="Holder: {name}",
        number="Enterprise number of the holder: {number}",
        balances="Old balance: {old}, new balance on {day}: {new}",
        movements="Movements: {count}, credits {credits}, debits {debits}",
        too_large="The other files are too large for a mail and are not attached. You find them at Relais.",
        without_pdf="No PDF could be made of this statement. The attached CODA file is complete.",
        again="This statement is delivered once more because your office asked for it.",
        sent_by="Delivered by Relais. Only the bank's CODA file counts. Number: {statement}",
    ),
}


def statement_subject(language: Language, statement: RoutedStatement) -> str:
    """One line."""
    return _WORDS[language].subject.format(number=statement.number, iban=statement.body.iban.formatted)


def statement_lines(parcel: Parcel, statement: RoutedStatement, *, left_out: bool) -> list[str]:
    """The text of the mail; `left_out` tells that only the bank's lines could come along."""
    words, body, forms = _WORDS[parcel.language], statement.body, FORMS[parcel.language]
    written = partial(forms.written, decimals=2)
    subject, currency = statement_subject(parcel.language, statement), body.new_balance.currency
    lines = [subject, words.account.format(iban=body.iban.formatted, currency=currency)]
    if body.head is not None and (holder := short(body.head.holder)):
        lines.append(words.holder.format(name=holder))
    lines.append(words.number.format(number=body.enterprise_number.formatted))
    lines += client_line(parcel.language, statement.client_code)
    old, new = written(body.old_balance.amount), written(body.new_balance.amount)
    lines.append(words.balances.format(old=old, new=new, day=forms.short_day(body.new_balance_date)))
    totals = {"credits": written(abs(body.credits.amount)), "debits": written(abs(body.debits.amount))}
    lines.append(words.movements.format(count=forms.written(body.movement_count), **totals))
    notes = {words.too_large: left_out, words.without_pdf: parcel.without_pdf, words.again: bool(parcel.occasion)}
    return framed(parcel, lines, notes, words.sent_by.format(statement=statement.statement_id))
