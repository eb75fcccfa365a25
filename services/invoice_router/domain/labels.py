"""The words beside the values when an invoice is shown at a terminal, in the four languages."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.values import Language

_ORDER = (Language.NL, Language.FR, Language.DE, Language.EN)
_WORDS: dict[str, tuple[str, str, str, str]] = {
    "accepted": ("aanvaard", "accepté", "angenommen", "accepted"),
    "account": ("Rekening", "Compte", "Konto", "Account"),
    "allowance": ("Korting", "Remise", "Nachlass", "Allowance"),
    "attachments": ("Bijlagen", "Pièces jointes", "Anlagen", "Attachments"),
    "buyer": ("Koper", "Acheteur", "Käufer", "Buyer"),
    "buyer_reference": ("Referentie van de koper", "Référence de l’acheteur", "Käuferreferenz", "Buyer’s reference"),
    "charge": ("Toeslag", "Supplément", "Zuschlag", "Charge"),
    "corrects": ("Verbetert", "Corrige", "Berichtigt", "Corrects"),
    "credit_note": ("Creditnota", "Note de crédit", "Gutschrift", "Credit note"),
    "delivered": ("Geleverd op", "Livré le", "Geliefert am", "Delivered"),
    "due": ("Vervaldag", "Échéance", "Fällig am", "Due"),
    "expected": ("verwacht", "attendu", "erwartet", "expected"),
    "findings": ("Vaststellingen", "Constats", "Feststellungen", "Findings"),
    "found": ("gevonden", "trouvé", "gefunden", "found"),
    "invoice": ("Factuur", "Facture", "Rechnung", "Invoice"),
    "issued": ("Datum", "Date", "Datum", "Date"),
    "lines": ("Lijnen", "Lignes", "Positionen", "Lines"),
    "net": ("Netto", "Net", "Netto", "Net"),
    "nothing_found": ("niets gevonden", "rien à signaler", "nichts gefunden", "nothing found"),
    "notes": ("Opmerkingen", "Remarques", "Bemerkungen", "Notes"),
    "order": ("Bestelling", "Commande", "Bestellung", "Order"),
    "payee": ("Begunstigde", "Bénéficiaire", "Zahlungsempfänger", "Payee"),
    "payment": ("Betaling", "Paiement", "Zahlung", "Payment"),
    "period": ("Periode", "Période", "Zeitraum", "Period"),
    "prepaid": ("Al betaald", "Déjà payé", "Bereits bezahlt", "Paid already"),
    "price": ("Prijs", "Prix", "Preis", "Price"),
    "profile": ("Profiel", "Profil", "Profil", "Profile"),
    "quantity": ("Aantal", "Quantité", "Menge", "Quantity"),
    "quarantine": ("tegengehouden", "retenu", "zurückgehalten", "kept back"),
    "quarantined": ("in quarantaine", "en quarantaine", "in Quarantäne", "quarantined"),
    "reference": ("Mededeling", "Communication", "Mitteilung", "Reference"),
    "refuse": ("geweigerd", "refusé", "abgewiesen", "refused"),
    "refused": ("geweigerd", "refusé", "abgewiesen", "refused"),
    "rounding": ("Afronding", "Arrondi", "Rundung", "Rounding"),
    "self_billed": (
        "Opgemaakt door de koper in naam van de verkoper",
        "Établie par l’acheteur au nom du vendeur",
        "Vom Käufer im Namen des Verkäufers ausgestellt",
        "Made out by the buyer in the seller’s name",
    ),
    "seller": ("Verkoper", "Vendeur", "Verkäufer", "Seller"),
    "set_apart": ("terzijde gelegd", "mise de côté", "beiseitegelegt", "set apart"),
    "tax": ("Btw", "TVA", "MwSt.", "VAT"),
    "tax_exclusive": ("Totaal zonder btw", "Total hors TVA", "Summe ohne MwSt.", "Total without VAT"),
    "tax_inclusive": ("Totaal met btw", "Total TVA comprise", "Summe mit MwSt.", "Total with VAT"),
    "taxable": ("Maatstaf", "Base", "Bemessungsgrundlage", "Taxable"),
    "terms": ("Betalingsvoorwaarden", "Conditions de paiement", "Zahlungsbedingungen", "Terms of payment"),
    "to_pay": ("Te betalen", "À payer", "Zu zahlen", "To pay"),
    "totals": ("Totalen", "Totaux", "Summen", "Totals"),
    "warn": ("let op", "attention", "Hinweis", "note"),
}

LABELS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        language: MappingProxyType({name: words[position] for name, words in _WORDS.items()})
        for position, language in enumerate(_ORDER)
    }
)
