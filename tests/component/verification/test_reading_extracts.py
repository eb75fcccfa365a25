"""Extracts as they come: in any order, zipped, torn, in the wrong encoding. What is wrong is told by file and line."""

import shutil
import zipfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

from services.verification.adapters.kbo import Loading, MemoryRegister, take_extract
from services.verification.adapters.memory import Shelf
from services.verification.domain.kbo import KboRefused
from shared.values import EnterpriseNumber
from tests.component.verification.kbo_files import Enterprise, dotted, population, write_full, write_rows

AN, PAN, OLD = (dotted(place) for place in (100_010, 100_020, 100_030))
FULL = (
    Enterprise(AN, names=(("2", "001", "AN NV"), ("2", "002", "AN"), ("1", "003", "Anne")), postal_code="9000"),
    Enterprise(PAN, names=(("0", "001", 'Café "De Kroon",\nGent'),)),
    Enterprise(OLD, "ST", (("1", "001", "Vieux"),), "4000", contacts=2),
)


@pytest.fixture
def house(tmp_path):
    """`take` an extract into a register in memory; `told` is the progress."""
    shelf, told = Shelf(), []
    register = MemoryRegister(shelf)

    async def take(path, kind="full"):
        loading = Loading(lambda file, rows: told.append((file, rows)))
        return (await take_extract(register, path, kind, loading))[1]

    async def entries(*texts):
        numbers = map(EnterpriseNumber, texts)
        return {number: shelf.register[number] for number in numbers if number in shelf.register}

    return SimpleNamespace(take=take, entries=entries, folder=tmp_path, told=told)


async def test_progress_is_told_for_every_file(house):
    await house.take(write_full(house.folder / "full", FULL))
    # The café's name has a line feed in it, so it takes two lines of the file.
    assert house.told == [("enterprise.csv", 3), ("denomination.csv", 6), ("address.csv", 4), ("contact.csv", 2)]


async def test_a_zip_with_its_columns_in_another_order_says_the_same(house):
    folder = write_full(house.folder / "full", FULL)
    write_rows(folder / "address.csv", "Zipcode,X,TypeOfAddress,CountryNL,EntityNumber", [["9000", "", "REGO", "", AN]])
    text = (folder / "enterprise.csv").read_bytes()
    (folder / "enterprise.csv").write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    with zipfile.ZipFile(house.folder / "full.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.iterdir():
            archive.write(path, f"KboOpenData_0140/{path.name}")
    assert (await house.take(house.folder / "full.zip")).known == 3
    assert {entry.postal_code for entry in (await house.entries(AN, PAN, OLD)).values()} == {"9000", ""}


def _damage(path: Path, old: bytes, new: bytes) -> None:
    text = path.read_bytes()
    path.write_bytes(text.replace(old, new, 1) if old else text + new)


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "line"),
    [
        ("enterprise.csv", b"Status", b"State", "kbo_column_missing", 1),
        ("enterprise.csv", AN.encode(), b"0100.010.000", "kbo_number_checksum", 2),
        ("enterprise.csv", b'"ST"', b'"ZZ"', "kbo_status_unknown", 4),
        ("denomination.csv", b'"AN NV"', b'"AN NV","more"', "kbo_row_width", 2),
        ("denomination.csv", b"Vieux", b"\xffVieux", "kbo_not_utf8", 7),
        ("address.csv", b"", b'"' + OLD.encode(), "kbo_csv_broken", 6),
        ("contact.csv", OLD.encode(), b"nobody", "kbo_number_malformed", 2),
        ("meta.csv", b"01-11-2026", b"2026", "kbo_meta_malformed", 0),
    ],
)
async def test_a_malformed_file_is_told_by_its_line_and_nothing_changes(house, file, old, new, code, line):
    await house.take(write_full(house.folder / "full", FULL))
    before = await house.entries(AN, PAN, OLD)
    folder = write_full(house.folder / "next", FULL[:2] + FULL[2:], number=141)
    _damage(folder / file, old, new)
    with pytest.raises(KboRefused, match="kbo_extract_malformed") as refused:
        await house.take(folder)
    assert [(problem.code, problem.file, problem.line) for problem in refused.value.problems] == [(code, file, line)]
    assert await house.entries(AN, PAN, OLD) == before


async def test_every_bad_row_of_every_file_is_told_at_once(house):
    folder = write_full(house.folder / "full", population(300))
    for file in ("enterprise.csv", "denomination.csv"):
        for place in range(200_010, 200_040):
            _damage(folder / file, dotted(place).encode(), b"0000.000.001")
    with pytest.raises(KboRefused) as refused:
        await house.take(folder)
    assert Counter(problem.file for problem in refused.value.problems) == {"enterprise.csv": 30, "denomination.csv": 30}


async def test_missing_files_and_what_is_no_extract_are_said(house):
    folder = write_full(house.folder / "full", FULL)
    for file in ("meta.csv", "address.csv"):
        (folder / file).unlink()
    with pytest.raises(KboRefused) as refused:
        await house.take(folder)
    assert [(problem.code, problem.file) for problem in refused.value.problems] == [
        ("kbo_file_missing", "meta.csv"),
        ("kbo_file_missing", "address.csv"),
    ]
    with pytest.raises(KboRefused, match="kbo_extract_missing"):
        await house.take(house.folder / "nowhere")
    (house.folder / "some.zip").write_bytes(b"no zip")
    with pytest.raises(KboRefused, match="kbo_archive_broken"):
        await house.take(house.folder / "some.zip")


async def test_a_zip_whose_bytes_were_damaged_is_refused(house):
    folder = write_full(house.folder / "full", population(400))
    shutil.make_archive(str(house.folder / "full"), "zip", folder)
    archive = bytearray((house.folder / "full.zip").read_bytes())
    with zipfile.ZipFile(house.folder / "full.zip") as members:
        place = members.getinfo("denomination.csv")
        middle = place.header_offset + place.compress_size // 2
    archive[middle : middle + 8] = b"\0" * 8
    (house.folder / "full.zip").write_bytes(archive)
    with pytest.raises(KboRefused) as refused:
        await house.take(house.folder / "full.zip")
    assert {problem.file for problem in refused.value.problems} == {"denomination.csv"}
