"""Who pays and what they write: names, places, accounts, numbers with right check digits. Nobody of these exists."""

from random import Random

from shared.values import EnterpriseNumber, Iban, StructuredReference

# Letters of the whole of cp1252 that Belgium uses, among them the ones that latin-1 does not have.
_FIRST = (
    "Lieve", "Zoë", "Žofie", "François", "Jürgen", "Chloé", "Œdile", "Bjørn", "Anaïs", "Koen", "Marthe", "Günther",
)  # fmt: skip
_LAST = (
    "Peeters", "Lefèvre", "D’Hondt", "Van den Bossche", "Müller", "Noël", "De Smedt", "Dupont", "Çelik", "Strauß",
)  # fmt: skip
_TRADES = (
    "Bakkerij", "Garage", "Crèmerie", "Drukkerij", "Boekhouding", "Menuiserie", "Elektro", "Fleurs", "Café",
    "Brouwerij",
)  # fmt: skip
_FORMS = ("bv", "NV", "SRL", "SA", "vzw", "Comm.V", "GmbH")
_STREETS = ("Kerkstraat", "Rue de l’Église", "Stationsplein", "Chaussée de Mons", "Hauptstraße", "Molenweg")
_PLACES = ("9000 Gent", "4000 Liège", "2800 Mechelen", "6900 Marche-en-Famenne", "4700 Eupen", "8500 Kortrijk")
_WORDS = (
    "betaling", "factuur", "facture", "voorschot", "saldo", "livraison", "août", "février", "levering", "commande",
    "Rechnung", "dépôt", "geëist", "reçu", "bestelling", "client", "klant", "solde", "mars", "ref.", "n°", "&", "€",
)  # fmt: skip
_BANKS = {"001": "GEBABEBB", "363": "BBRUBEBB", "733": "KREDBEBB", "068": "GKCCBEBB", "979": "ARSPBE22"}
_BICS = ("ABNANL2A", "DEUTDEFF500", "BNPAFRPPXXX", "CELLLULL", "BARCGB22")
_LARGEST_SERIAL = 9_999_999


def person(dice: Random) -> str:
    """A name of at most 35 columns."""
    return f"{dice.choice(_FIRST)} {dice.choice(_LAST)}"


def business(dice: Random) -> str:
    """A name of at most 35 columns."""
    return f"{dice.choice(_TRADES)} {dice.choice(_LAST)} {dice.choice(_FORMS)}"


def address(dice: Random) -> tuple[str, str]:
    """Street and locality, each of at most 35 columns."""
    return f"{dice.choice(_STREETS)} {dice.randint(1, 250)}", dice.choice(_PLACES)


def words(dice: Random, length: int) -> str:
    """Free text of at most `length` columns, without blanks at its ends."""
    text = ""
    while len(text) < length:
        text += f"{dice.choice(_WORDS)} " if dice.random() < 0.8 else f"{dice.randint(1, 99_999)} "
    return text[:length].strip()


def belgian_bank(dice: Random) -> tuple[str, str]:
    """The three digits of a Belgian bank and its BIC."""
    return dice.choice(tuple(_BANKS.items()))


def belgian_account(dice: Random, bank: str) -> Iban:
    """An account of a Belgian bank; its own two check digits hold as well."""
    serial = f"{bank}{dice.randint(1, _LARGEST_SERIAL):07d}"
    return with_check_digits("BE", f"{serial}{int(serial) % 97 or 97:02d}")


def foreign_account(dice: Random) -> Iban:
    """An account in the Netherlands, Germany, France or Luxembourg."""
    digits = f"{dice.randint(1, 10**18 - 1):018d}"
    country, account = dice.choice(
        (
            ("NL", f"ABNA{digits[:10]}"),
            ("DE", digits),
            ("FR", f"{digits[:10]}{digits[3:14]}12"),
            ("LU", f"001{digits[:13]}"),
        )
    )
    return with_check_digits(country, account)


def with_check_digits(country: str, account: str) -> Iban:
    """The IBAN of an account."""
    return Iban(f"{country}{_check_digits(country, account)}{account}")


def creditor_identifier(number: EnterpriseNumber) -> str:
    """Who collects direct debits (EPC AT-02): the business code ZZZ is not part of what is checked."""
    return f"BE{_check_digits('BE', number)}ZZZ{number}"


def _check_digits(prefix: str, body: str) -> str:
    """ISO 7064 mod 97-10."""
    figures = "".join(str(int(character, 36)) for character in f"{body}{prefix}00")
    return f"{98 - int(figures) % 97:02d}"


def bic(dice: Random) -> str:
    """The BIC of a bank abroad."""
    return dice.choice(_BICS)


def enterprise_number(dice: Random) -> EnterpriseNumber:
    """A number with right check digits."""
    first = f"{dice.randint(200_000, 19_999_999):08d}"
    return EnterpriseNumber(f"{first}{97 - int(first) % 97:02d}")


def belgian_reference(dice: Random) -> StructuredReference:
    """An OGM of twelve digits."""
    digits = f"{dice.randint(0, 10**10 - 1):010d}"
    return StructuredReference(f"{digits}{int(digits) % 97 or 97:02d}")


def creditor_reference(dice: Random) -> StructuredReference:
    """A reference of ISO 11649."""
    body = f"{dice.choice(('INV', 'F', ''))}{dice.randint(1, 10**9)}"
    return StructuredReference(f"RF{_check_digits('RF', body)}{body}")
