"""Who takes part in a year: companies with accounts at banks of different habits, and customers who exist nowhere."""

from collections.abc import Callable
from random import Random
from typing import TypeVar

from deploy.demo.coda import people
from deploy.demo.coda.records import Account
from deploy.demo.ubl import Party
from deploy.demo.years.numbers import PATTERNS
from deploy.demo.years.truths import Company, Customer
from shared.values import EnterpriseNumber, Iban, Language

_TRADES = (
    "Bakkerij", "Garage", "Slagerij", "Drukkerij", "Apotheek", "Menuiserie", "Elektro", "Fleurs", "Café", "Brouwerij",
    "Schrijnwerkerij", "Boulangerie", "Pharmacie", "Imprimerie", "Taverne", "Dakwerken", "Toitures", "Kapsalon",
    "Architectenbureau", "Transport", "Tuinen", "Jardins", "Fietsen", "Meubelen", "Optique", "Chauffage", "Sanitair",
    "Traiteur", "Boekhandel", "Librairie", "Schilderwerken", "Peintures", "Rijschool", "Dierenarts", "Notariaat",
)  # fmt: skip
_LAST = (
    "Peeters", "Janssens", "Maes", "Jacobs", "Mertens", "Willems", "Claes", "Goossens", "Wouters", "De Smedt",
    "Lefèvre", "Dubois", "Lambert", "Dupont", "Martin", "Noël", "Denis", "Gérard", "Renard", "Collignon",
    "Van den Bossche", "Vandenberghe", "D’Hondt", "De Clercq", "Vermeulen", "Hermans", "Aerts", "Michiels",
    "Pauwels", "Hendrickx", "Müller", "Schmitz", "Strauß", "Çelik", "Yilmaz", "Bogaert", "Coppens", "Devos",
    "Lemmens", "Segers", "Thys", "Verhaegen", "Wuyts", "Baeten", "Cools", "Everaert", "François", "Georges",
)  # fmt: skip
_PLACES = ("Gent", "Liège", "Leuven", "Namur", "Eupen", "Kortrijk", "Hasselt", "Mons", "Aalst", "Arlon", "")
_FORMS = ("BV", "NV", "SRL", "SA", "VZW", "CommV", "GmbH", "BVBA")
_BANKS = (("733", "KREDBEBB"), ("363", "BBRUBEBB"), ("001", "GEBABEBB"), ("068", "GKCCBEBB"), ("979", "ARSPBE22"))
_LANGUAGES = (Language.NL, Language.FR, Language.NL, Language.DE, Language.FR, Language.EN)

Made = TypeVar("Made", bound=str)


class People:
    """Makes companies and customers; no two have the same name, number or account."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self._taken: set[str] = set()

    def company(self, at: int) -> Company:
        """The `at`-th company. Two neighbours number their invoices alike, so that each number exists twice."""
        number, name = self._number(), self._business()
        accounts = tuple(
            Account(self.account(bank), number, name, bic=bic, bank=bank)
            for bank, bic in self.dice.sample(_BANKS, self.dice.randint(2, 3))
        )
        pattern = PATTERNS[at // 2 % len(PATTERNS)]
        return Company(Party(name, number), _LANGUAGES[at % len(_LANGUAGES)], pattern, accounts)

    def customer(self, *, known: bool = False) -> Customer:
        """A business that buys."""
        bank, bic = self.dice.choice(_BANKS)
        return Customer(Party(self._business(), self._number()), self.account(bank), bic, known)

    def account(self, bank: str) -> Iban:
        """An account of a bank."""
        return self._new(lambda: people.belgian_account(self.dice, bank))

    def _number(self) -> EnterpriseNumber:
        return self._new(lambda: people.enterprise_number(self.dice))

    def _business(self) -> str:
        return self._new(self._some_business)

    def _some_business(self) -> str:
        """At most the 35 columns that a bank has for a name."""
        pick = self.dice.choice
        return " ".join(f"{pick(_TRADES)} {pick(_LAST)} {pick(_PLACES)}".split())[:30] + f" {pick(_FORMS)}"

    def _new(self, make: Callable[[], Made]) -> Made:
        while (made := make()) in self._taken:
            continue
        self._taken.add(made)
        return made
