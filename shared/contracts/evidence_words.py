"""On what a payment rests, in a sentence of Dutch, French, German and English.

The English ones are the reconciler's, and the sandbox's; a test holds them against this catalogue.
"""

from collections.abc import Mapping

from shared.contracts.match_words import LANGUAGES, Sentences
from shared.values import Language

_EVIDENCE: tuple[Sentences, ...] = (
    (
        "de gestructureerde mededeling is de referentie van deze factuur",
        "la communication structurée est la référence de cette facture",
        "die strukturierte Mitteilung ist die Referenz dieser Rechnung",
        "the structured communication is this invoice's reference",
    ),
    (
        "de tekst bevat de referentie van de factuur",
        "le texte contient la référence de la facture",
        "der Text enthält die Referenz der Rechnung",
        "the text has the invoice's reference",
    ),
    (
        "de end-to-end-referentie is die welke voor deze factuur werd gegeven",
        "la référence de bout en bout est celle qui a été donnée pour cette facture",
        "die Ende-zu-Ende-Referenz ist die, die für diese Rechnung vergeben wurde",
        "the end-to-end id is the one that was issued for this invoice",
    ),
    (
        "het mandaat is dat van deze factuur",
        "le mandat est celui de cette facture",
        "das Mandat ist das dieser Rechnung",
        "the mandate is this invoice's",
    ),
    (
        "de tekst noemt de factuur",
        "le texte nomme la facture",
        "der Text nennt die Rechnung",
        "the text names the invoice",
    ),
    (
        "de rekening is bevestigd als die van deze klant",
        "le compte est confirmé comme étant celui de ce client",
        "das Konto ist als das dieses Kunden bestätigt",
        "the account is confirmed to be this customer's",
    ),
    (
        "de naam van de betaler lijkt op die van de klant",
        "le nom du payeur ressemble à celui du client",
        "der Name des Zahlers ähnelt dem des Kunden",
        "the payer's name is like the customer's",
    ),
    (
        "de naam van de uiteindelijke schuldenaar lijkt op die van de klant",
        "le nom du débiteur final ressemble à celui du client",
        "der Name des endgültigen Schuldners ähnelt dem des Kunden",
        "the ultimate debtor's name is like the customer's",
    ),
    (
        "de bank nam de betaling terug",
        "la banque a repris le paiement",
        "die Bank hat die Zahlung zurückgenommen",
        "the bank took the payment back",
    ),
    (
        "een persoon besliste zo",
        "une personne en a décidé ainsi",
        "eine Person hat so entschieden",
        "a person decided so",
    ),
    (
        "een persoon aanvaardde het",
        "une personne l'a accepté",
        "eine Person hat es angenommen",
        "a person accepted it",
    ),
    (
        "de verrichting en de factuur komen overeen",
        "le mouvement et la facture concordent",
        "die Buchung und die Rechnung stimmen überein",
        "the movement and the invoice agree",
    ),
    (
        "door een persoon ongedaan gemaakt",
        "annulé par une personne",
        "von einer Person rückgängig gemacht",
        "undone by a person",
    ),
    (
        "wat sindsdien kwam, zegt iets anders",
        "ce qui est venu depuis dit autre chose",
        "was seither kam, sagt etwas anderes",
        "what came since tells otherwise",
    ),
    (
        "een deel ervan werd betaald",
        "une partie en a été payée",
        "ein Teil davon wurde bezahlt",
        "a part of it was paid",
    ),
    (
        "er werd 10,00 meer betaald dan er openstaat: een tegoed blijft over",
        "10,00 de plus que le solde dû ont été payés : un avoir demeure",
        "es wurden 10,00 mehr bezahlt, als offen ist: ein Guthaben bleibt",
        "10.00 more was paid than is open: a credit stays",
    ),
    (
        "de referentie heeft een fout controlecijfer, het bedrag is gelijk",
        "la référence a un chiffre de contrôle faux, le montant est égal",
        "die Referenz hat eine falsche Prüfziffer, der Betrag ist gleich",
        "the reference has a wrong check digit, the amount is equal",
    ),
    (
        "de referentie is die van de factuur",
        "la référence est celle de la facture",
        "die Referenz ist die der Rechnung",
        "the reference is the invoice's",
    ),
    (
        "de bank nam het geld terug",
        "la banque a repris l'argent",
        "die Bank hat das Geld zurückgenommen",
        "the bank took the money back",
    ),
)
EVIDENCE: Mapping[str, Sentences] = {sentences[-1]: sentences for sentences in _EVIDENCE}
"""By the English sentence, behind which texts of the statement may stand after a colon."""
_TEXTS_FOLLOW = ": "


def evidence_sentences(evidence: str) -> dict[Language, str]:
    """The sentence in each language, with the statement's own texts as they stand; empty for one that nobody knows."""
    said, follows, texts = (evidence, "", "") if evidence in EVIDENCE else evidence.partition(_TEXTS_FOLLOW)
    known = EVIDENCE.get(said)
    if known is None:
        return {}
    return {language: f"{each}{follows}{texts}" for language, each in zip(LANGUAGES, known, strict=True)}
