"""Made-up extracts of the register of enterprises: the shape of the KBO Open Data, nobody's real data."""

import csv
import random
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COLUMNS = {
    "meta": "Variable,Value",
    "enterprise": "EnterpriseNumber,Status,JuridicalSituation,TypeOfEnterprise,JuridicalForm,StartDate",
    "denomination": "EntityNumber,Language,TypeOfDenomination,Denomination",
    "address": "EntityNumber,TypeOfAddress,CountryNL,CountryFR,Zipcode,MunicipalityNL,MunicipalityFR,StreetNL,"
    "StreetFR,HouseNumber,Box,ExtraAddressInfo,DateStrikingOff",
    "contact": "EntityNumber,EntityContact,ContactType,Value",
}
_PLACES = (("9000", "Gent", "2"), ("4000", "Luik", "1"), ("4700", "Eupen", "3"), ("1000", "Brussel", "2"))
_TRADES = ("Bakkerij", "Garage", 'Café "De Kroon"', "Boucherie", "Bäckerei", "Entreprise générale, travaux")


@dataclass(frozen=True)
class Enterprise:
    """One enterprise of an extract; `names` are (language code, type, name)."""

    number: str
    status: str = "AC"
    names: tuple[tuple[str, str, str], ...] = ()
    postal_code: str = ""
    contacts: int = 0


def dotted(place: int) -> str:
    """The enterprise number whose first eight digits are `place`, as the register writes it."""
    digits = f"{place:08d}{97 - place % 97:02d}"
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"


def population(count: int, *, seed: int = 1, first: int = 200_000) -> Iterator[Enterprise]:
    """So many active enterprises; of 100 about 165 names, 140 addresses and 35 contacts, as in Belgium."""
    dice = random.Random(seed)
    for place in range(first, first + count):
        code, _, language = _PLACES[dice.randrange(4)]
        trade = _TRADES[dice.randrange(6)]
        names = [(language, "001", f"{trade} {place}")]
        if dice.random() < 0.65:
            names.append((dice.choice("01234"), dice.choice(("002", "003")), f"{trade[:3]} {place}"))
        yield Enterprise(dotted(place), "AC", tuple(names), code, int(dice.random() < 0.35))


def write_full(folder: Path, enterprises: Iterable[Enterprise], *, number: int = 140) -> Path:
    """A full extract as files of a folder, written as a stream."""
    _write_meta(folder, "full", number)
    _write(folder, "", enterprises)
    return folder


def write_update(folder: Path, given: Iterable[Enterprise], *, gone: Iterable[str] = (), number: int = 141) -> Path:
    """An update: `gone` leave the register, `given` come or are replaced as a whole."""
    given = list(given)
    _write_meta(folder, "update", number)
    deleted = [*gone, *(enterprise.number for enterprise in given)]
    for name in ("enterprise", "denomination", "address", "contact"):
        column = COLUMNS[name].partition(",")[0]
        write_rows(folder / f"{name}_delete.csv", column, [[text] for text in deleted])
    _write(folder, "_insert", given)
    return folder


def write_rows(path: Path, header: str, rows: Iterable[list[str]]) -> None:
    """One file, every cell of its rows in quotes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(header + "\n")
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)


def _write_meta(folder: Path, kind: str, number: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    told = [["SnapshotDate", "01-11-2026"], ["ExtractTimestamp", "02-11-2026 04:00:00"], ["ExtractType", kind]]
    write_rows(folder / "meta.csv", COLUMNS["meta"], [*told, ["ExtractNumber", str(number)], ["Version", "1.0.0"]])


def _write(folder: Path, suffix: str, enterprises: Iterable[Enterprise]) -> None:
    with ExitStack() as stack:
        files: dict[str, Any] = {}
        for name in ("enterprise", "denomination", "address", "contact"):
            path = folder / f"{name}{suffix}.csv"
            file = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
            file.write(COLUMNS[name] + "\n")
            files[name] = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow
        for place, enterprise in enumerate(enterprises):
            _write_one(files, enterprise, place)


def _write_one(files: dict[str, Any], enterprise: Enterprise, place: int) -> None:
    number, code = enterprise.number, enterprise.postal_code
    files["enterprise"]((number, enterprise.status, "000", "2", "015", "09-08-1960"))
    for language, kind, name in enterprise.names:
        files["denomination"]((number, language, kind, name))
    if code:
        files["address"]((number, "REGO", "", "", code, "Gent", "Gand", "Veldstraat", "Rue", "1", "", "", ""))
    if place % 5 < 2:  # an establishment unit, which has rows in the same files
        unit = f"2.{place % 1000:03d}.000.339"
        files["address"]((unit, "BAET", "", "", "2000", "Antwerpen", "Anvers", "Meir", "Meir", "1", "", "", ""))
    for _ in range(enterprise.contacts):
        files["contact"]((number, "ENT", "EMAIL", f"info@{number.replace('.', '')}.example"))
