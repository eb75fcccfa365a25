"""What a mail with a bank statement says to people, in their language; the mail around it is that of every document."""

from dataclasses import dataclass

from services.delivery.domain.files import Parcel
from services.delivery.domain.handovers import printable
from services.delivery.domain.statements import RoutedStatement
from shared.values import Language

_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class _Words:
    """What people read. Placeholders are named."""

    subject: str
    account: str
    holder: str
    number: str
    client_code: str
    balances: str
    movements: str
    too_large: str
    without_pdf: str
    again: str
    test: str
    sent_by: str


_WORDS = {
    Language.NL: _Words(
        subject="Rekeninguittreksel {number} van {iban}",
        account="Rekening: {iban} ({currency})",
        holder="Houder: {name}",
        number="Ondernemingsnummer van de houder: {number}",
        client_code="Uw code van deze onderneming: {code}",
        balances="Oud saldo: {old}, nieuw saldo op {day}: {new}",
        movements="Verrichtingen: {count}, bij {credits}, af {debits}",
        too_large="De andere bestanden zijn te groot voor een e-mail en zitten er niet bij. U vindt ze bij Relais.",
        without_pdf="Van dit uittreksel kon geen pdf worden gemaakt. Het bijgevoegde CODA-bestand is volledig.",
        again="Dit uittreksel werd opnieuw bezorgd omdat uw kantoor daarom vroeg.",
        test="TEST: dit is een voorbeeld om het kanaal te proberen. Boek het niet.",
        sent_by="Bezorgd door Relais. Alleen het CODA-bestand van de bank telt. Nummer: {statement}",
    ),
    Language.FR: _Words(
        subject="Extrait de compte {number} de {iban}",
        account="Compte : {iban} ({currency})",
        holder="Titulaire : {name}",
        number="Numéro d'entreprise du titulaire : {number}",
        client_code="Votre code de cette entreprise : {code}",
        balances="Ancien solde : {old}, nouveau solde au {day} : {new}",
        movements="Mouvements : {count}, crédit {credits}, débit {debits}",
        too_large="Les autres fichiers, trop grands pour un e-mail, ne sont pas joints. Vous les trouvez chez Relais.",
        without_pdf="Aucun PDF n'a pu être fait de cet extrait. Le fichier CODA joint est complet.",
        again="Cet extrait est remis une nouvelle fois à la demande de votre bureau.",
        test="TEST : ceci est un exemple pour essayer le canal. Ne le comptabilisez pas.",
        sent_by="Remis par Relais. Seul le fichier CODA de la banque compte. Numéro : {statement}",
    ),
    Language.DE: _Words(
        subject="Kontoauszug {number} von {iban}",
        account="Konto: {iban} ({currency})",
        holder="Inhaber: {name}",
        number="Unternehmensnummer des Inhabers: {number}",
        client_code="Ihr Code dieses Unternehmens: {code}",
        balances="Alter Saldo: {old}, neuer Saldo am {day}: {new}",
        movements="Buchungen: {count}, Haben {credits}, Soll {debits}",
        too_large="Die anderen Dateien sind für eine E-Mail zu groß und liegen nicht bei. Sie finden sie bei Relais.",
        without_pdf="Von diesem Auszug konnte kein PDF erstellt werden. Die beigefügte CODA-Datei ist vollständig.",
        again="Dieser Auszug wird auf Wunsch Ihres Büros noch einmal zugestellt.",
        test="TEST: Dies ist ein Beispiel, um den Kanal zu prüfen. Bitte nicht verbuchen.",
        sent_by="Zugestellt von Relais. Nur die CODA-Datei der Bank zählt. Nummer: {statement}",
    ),
    Language.EN: _Words(
        subject="Bank statement {number} of {iban}",
        account="Account: {iban} ({currency})",
        holder="Holder: {name}",
        number="Enterprise number of the holder: {number}",
        client_code="Your code of this company: {code}",
        balances="Old balance: {old}, new balance on {day}: {new}",
        movements="Movements: {count}, credits {credits}, debits {debits}",
        too_large="The other files are too large for a mail and are not attached. You find them at Relais.",
        without_pdf="No PDF could be made of this statement. The attached CODA file is complete.",
        again="This statement is delivered once more because your office asked for it.",
        test="TEST: this is a sample to try the channel. Do not book it.",
        sent_by="Delivered by Relais. Only the bank's CODA file counts. Number: {statement}",
    ),
}


def statement_subject(language: Language, statement: RoutedStatement) -> str:
    """One line."""
    return _WORDS[language].subject.format(number=statement.number, iban=statement.body.iban.formatted)


def statement_lines(parcel: Parcel, statement: RoutedStatement, *, left_out: bool) -> list[str]:
    """The text of the mail; `left_out` tells that only the bank's lines could come along."""
    words, body = _WORDS[parcel.language], statement.body
    subject, currency = statement_subject(parcel.language, statement), body.new_balance.currency
    lines = [words.test, ""] if parcel.test else []
    lines += [subject, words.account.format(iban=body.iban.formatted, currency=currency)]
    if body.head is not None and (holder := printable(body.head.holder)):
        lines.append(words.holder.format(name=holder[:_LONGEST_NAME]))
    lines.append(words.number.format(number=body.enterprise_number.formatted))
    if code := printable(statement.client_code):
        lines.append(words.client_code.format(code=code[:_LONGEST_NAME]))
    day = body.new_balance_date.isoformat()
    lines.append(words.balances.format(old=body.old_balance.amount, new=body.new_balance.amount, day=day))
    totals = {"credits": abs(body.credits.amount), "debits": abs(body.debits.amount)}
    lines.append(words.movements.format(count=body.movement_count, **totals))
    notes = {words.too_large: left_out, words.without_pdf: parcel.without_pdf, words.again: bool(parcel.occasion)}
    lines += [each for note, holds in notes.items() if holds for each in ("", note)]
    return [*lines, "", words.sent_by.format(statement=statement.statement_id)]
