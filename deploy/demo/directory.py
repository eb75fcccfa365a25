"""Who is in the demo: two accounting offices, a dozen companies, the 37 softwares of the public list."""

from dataclasses import dataclass
from datetime import date

from shared.values import EmailAddress, EnterpriseNumber, Iban, Language, OfficeId, SoftwareSlug

SINCE = date(2024, 1, 1)
"""From this day on the offices serve their companies and the banks may send statements."""


@dataclass(frozen=True, slots=True)
class DemoOffice:
    """An accounting office that is a client of the operator."""

    office_id: OfficeId
    name: str
    language: Language


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """A company; `office_id` None means that no office serves it, `email` None that nobody knows its
    address."""

    number: EnterpriseNumber
    name: str
    language: Language
    client_code: str
    office_id: OfficeId | None
    email: EmailAddress | None
    iban: Iban


@dataclass(frozen=True, slots=True)
class DemoSoftware:
    """A billing software of the public list of compatible ones (`codabox-v2.md`)."""

    slug: SoftwareSlug
    name: str


JANSSENS = DemoOffice(OfficeId("janssens"), "Kantoor Janssens", Language.NL)
LAMBERT = DemoOffice(OfficeId("lambert"), "Fiduciaire Lambert", Language.FR)
OFFICES = (JANSSENS, LAMBERT)

TEST_NUMBERS = tuple(
    EnterpriseNumber(f"0010.080.{ending}")
    for ending in ("080", "179", "278", "377", "476", "575", "674", "773", "872", "971")
)
"""The numbers that developers test with (`users.md` §1.4)."""

UNKNOWN = EnterpriseNumber("0010.080.179")
"""In no office's files: never written to the directory."""

_SOFTWARE_NAMES = (
    "Akti", "Anytime", "Apertoso", "Asci IT", "Billit", "BoCount Dynamics", "Bouwsoft", "Carfac",
    "Cashaca / Zenfactuur", "Club Planner", "CoManage", "Computer Assistance", "Ebsys - Codaplus",
    "SimplyBooks", "Efact", "Eye-t", "Factsys", "Facturalia", "Furoo bvba", "FW4", "Geneto", "Hivelab",
    "Idloom", "Ineo SRL", "My Fact", "Leli Technology", "Magnis group", "My-Accloud", "Niboo",
    "onfact / enfact", "PC Partner", "Ribbit", "Robaws", "Sonetas BVBA", "Tripleclick", "Vertuoza",
    "Winauditor facturation",
)  # fmt: skip


def slug_of(name: str) -> SoftwareSlug:
    """`Cashaca / Zenfactuur` as `cashaca-zenfactuur`."""
    words = "".join(character if character.isalnum() else " " for character in name.lower()).split()
    return SoftwareSlug("-".join(words))


def demo_account(serial: int) -> Iban:
    """A Belgian account number with right check digits (ISO 13616; the last two are the first ten modulo
    97)."""
    digits = f"979{serial:07d}"
    national = f"{digits}{int(digits) % 97 or 97:02d}"
    # "BE00" in digits is 111400.
    return Iban(f"BE{98 - int(national + '111400') % 97:02d}{national}")


def _company(
    number: str, name: str, office: DemoOffice | None, mailbox: str, serial: int, language: Language = Language.NL
) -> DemoCompany:
    return DemoCompany(
        number=EnterpriseNumber(number),
        name=name,
        language=language,
        client_code=f"C{serial:04d}",
        office_id=office.office_id if office else None,
        email=EmailAddress(f"{mailbox}@example.be") if mailbox else None,
        iban=demo_account(serial),
    )


SOFTWARES = tuple(DemoSoftware(slug_of(name), name) for name in _SOFTWARE_NAMES)

KORENAAR = _company("0010.080.080", "Bakkerij De Korenaar BV", JANSSENS, "info.korenaar", 1001)
ZONDER_KANTOOR = _company("0010.080.278", "Timmerwerken Van Hout", None, "info.vanhout", 1002)
ZONDER_ADRES = _company("0010.080.476", "Garage Het Wiel BV", JANSSENS, "", 1004)
FLEURISTE = _company("0010.081.070", "Fleuriste du Parc SRL", LAMBERT, "contact.fleuriste", 1011, Language.FR)

COMPANIES = (
    KORENAAR,
    ZONDER_KANTOOR,
    _company("0010.080.377", "Schilderwerken Kleur BV", JANSSENS, "info.kleur", 1003),
    ZONDER_ADRES,
    _company("0010.080.575", "Drukkerij Letter & Co", JANSSENS, "info.letter", 1005),
    _company("0010.080.674", "Elektro Vonk BV", JANSSENS, "info.vonk", 1006),
    _company("0010.080.773", "Menuiserie Chêne Vert SRL", LAMBERT, "contact.chene", 1007, Language.FR),
    _company("0010.080.872", "Traiteur La Table SRL", LAMBERT, "contact.latable", 1008, Language.FR),
    _company("0010.080.971", "Gartenbau Grünwald GmbH", LAMBERT, "info.gruenwald", 1009, Language.DE),
    _company("0010.081.169", "Fietsen Op Weg BV", JANSSENS, "info.opweg", 1010),
    FLEURISTE,
    _company("0010.081.268", "North Sea Boats BV", LAMBERT, "office.boats", 1012, Language.EN),
)
