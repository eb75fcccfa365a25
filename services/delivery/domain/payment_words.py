"""Why a movement pays an invoice, or may pay it, in a sentence of each language."""

from services.delivery.domain.payment_reasons import REASONS
from shared.values import Language

_LANGUAGES = (Language.NL, Language.FR, Language.DE, Language.EN)
_UNKNOWN_RULE = (
    "Gekoppeld volgens regel {code}.",
    "Rapproché selon la règle {code}.",
    "Nach Regel {code} zugeordnet.",
    "Matched by rule {code}.",
)
_UNKNOWN_REASON = (
    "Reden: {code}.",
    "Raison : {code}.",
    "Grund: {code}.",
    "Reason: {code}.",
)

_RULES = {
    "R01": (
        "Deze beweging was al verwerkt.",
        "Ce mouvement a déjà été traité.",
        "Diese Bewegung war schon verarbeitet.",
        "This movement was dealt with already.",
    ),
    "R02": (
        "De bank nam een eerdere betaling terug.",
        "La banque a repris un paiement antérieur.",
        "Die Bank hat eine frühere Zahlung zurückgenommen.",
        "The bank took an earlier payment back.",
    ),
    "R03": (
        "De gestructureerde mededeling is die van de factuur.",
        "La communication structurée est celle de la facture.",
        "Die strukturierte Mitteilung ist die der Rechnung.",
        "The structured communication is the invoice's.",
    ),
    "R04": (
        "De mededeling van de factuur staat in de vrije tekst.",
        "La communication de la facture figure dans le texte libre.",
        "Die Mitteilung der Rechnung steht im freien Text.",
        "The invoice's communication stands in the free text.",
    ),
    "R05": (
        "De eigen referentie of het mandaat komt terug.",
        "La propre référence ou le mandat revient.",
        "Die eigene Referenz oder das Mandat kommt zurück.",
        "Our own reference or the mandate comes back.",
    ),
    "R06": (
        "Het nummer van de factuur staat in de tekst.",
        "Le numéro de la facture figure dans le texte.",
        "Die Nummer der Rechnung steht im Text.",
        "The invoice's number stands in the text.",
    ),
    "R07": (
        "De rekening is van deze klant, en maar één factuur heeft dit bedrag.",
        "Le compte est celui de ce client, et une seule facture a ce montant.",
        "Das Konto gehört diesem Kunden, und nur eine Rechnung hat diesen Betrag.",
        "The account is this customer's, and one invoice only has this amount.",
    ),
    "R08": (
        "De rekening is van deze klant, en maar één keuze van facturen geeft dit bedrag.",
        "Le compte est celui de ce client, et un seul choix de factures donne ce montant.",
        "Das Konto gehört diesem Kunden, und nur eine Auswahl von Rechnungen ergibt diesen Betrag.",
        "The account is this customer's, and one choice of invoices only makes this amount.",
    ),
    "R09": (
        "De naam lijkt op die van de klant, en het bedrag is gelijk.",
        "Le nom ressemble à celui du client, et le montant est égal.",
        "Der Name ähnelt dem des Kunden, und der Betrag ist gleich.",
        "The name is like the customer's, and the amount is equal.",
    ),
    "R10": (
        "Op een benoemd verschil na is dit de factuur.",
        "À une différence nommée près, c'est cette facture.",
        "Bis auf einen benannten Unterschied ist es diese Rechnung.",
        "But for a named difference it is this invoice.",
    ),
    "R11": (
        "Dit zijn kosten, rente of een uitbetaling.",
        "Ce sont des frais, des intérêts ou un versement.",
        "Das sind Kosten, Zinsen oder eine Auszahlung.",
        "These are costs, interest or a payout.",
    ),
    "R12": (
        "Geen regel zegt zeker welke factuur dit is.",
        "Aucune règle ne dit avec certitude de quelle facture il s'agit.",
        "Keine Regel sagt sicher, welche Rechnung es ist.",
        "No rule says for sure which invoice it is.",
    ),
}


def rule_sentences(code: str) -> dict[Language, str]:
    """What a rule of matching found, in each language."""
    return _in_languages(_RULES.get(code, _UNKNOWN_RULE), code)


def reason_sentences(code: str) -> dict[Language, str]:
    """Why an invoice may be the one, why it is not, or why a person is asked, in each language."""
    return _in_languages(REASONS.get(code, _UNKNOWN_REASON), code)


def _in_languages(sentences: tuple[str, ...], code: str) -> dict[Language, str]:
    told = (sentence.replace("{code}", code) for sentence in sentences)
    return dict(zip(_LANGUAGES, told, strict=True))
