"""What matching says of a payment, in Dutch, French, German and English: its rules, and what it read.

The codes are the reconciler's; a test holds them against this catalogue.
"""

from collections.abc import Mapping

from shared.values import Language

Sentences = tuple[str, str, str, str]
LANGUAGES = (Language.NL, Language.FR, Language.DE, Language.EN)

RULES: Mapping[str, Sentences] = {
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

MEANINGS: Mapping[str, Sentences] = {
    "structured_reference": (
        "Gestructureerde mededeling",
        "Communication structurée",
        "Strukturierte Mitteilung",
        "Structured communication",
    ),
    "reference_in_text": (
        "Mededeling van de factuur in de tekst",
        "Communication de la facture dans le texte",
        "Mitteilung der Rechnung im Text",
        "Reference of the invoice in the text",
    ),
    "end_to_end_id": (
        "Eigen referentie (end-to-end)",
        "Propre référence (de bout en bout)",
        "Eigene Referenz (Ende-zu-Ende)",
        "Own reference (end-to-end)",
    ),
    "mandate": (
        "Mandaat van de domiciliëring",
        "Mandat de la domiciliation",
        "Mandat der Lastschrift",
        "Mandate of the direct debit",
    ),
    "invoice_number": ("Factuurnummer", "Numéro de facture", "Rechnungsnummer", "Invoice number"),
    "counterparty_account": (
        "Rekening van de tegenpartij",
        "Compte de la contrepartie",
        "Konto der Gegenpartei",
        "Account of the counterparty",
    ),
    "counterparty_name": (
        "Naam van de tegenpartij",
        "Nom de la contrepartie",
        "Name der Gegenpartei",
        "Name of the counterparty",
    ),
    "ultimate_debtor": (
        "Uiteindelijke schuldenaar",
        "Débiteur final",
        "Endgültiger Schuldner",
        "Ultimate debtor",
    ),
    "original_amount": (
        "Oorspronkelijk bedrag",
        "Montant d'origine",
        "Ursprünglicher Betrag",
        "Original amount",
    ),
    "amount": ("Bedrag", "Montant", "Betrag", "Amount"),
    "return_reason": (
        "Reden van de terugboeking",
        "Motif du retour",
        "Grund der Rückbuchung",
        "Reason of the return",
    ),
    "bank_reference": (
        "Referentie van de bank",
        "Référence de la banque",
        "Referenz der Bank",
        "Reference of the bank",
    ),
    "transaction_code": (
        "Code van de verrichting",
        "Code de l'opération",
        "Code des Vorgangs",
        "Code of the transaction",
    ),
    "decision": (
        "Beslissing van een persoon",
        "Décision d'une personne",
        "Entscheidung einer Person",
        "A person's decision",
    ),
}
"""What a fact was taken for."""

_UNKNOWN_MEANING: Sentences = ("Andere", "Autre", "Anderes", "Other")


def meaning_words(meaning: str) -> dict[Language, str]:
    """What a fact was taken for, in each language; one that nobody knows is something else."""
    return dict(zip(LANGUAGES, MEANINGS.get(meaning, _UNKNOWN_MEANING), strict=True))
