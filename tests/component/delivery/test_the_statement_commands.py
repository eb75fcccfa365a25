"""`relais coda pdf` and `relais coda camt` at a terminal: no service runs, and the reconciler's own reading reads."""

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pypdf import PdfReader
from typer.testing import CliRunner

from deploy.command_line import app
from deploy.demo.coda.files import bank_files
from services.delivery.domain.camt.elements import NAMESPACE
from tests.unit.delivery.camt_shape import faults

ONE = (Path(__file__).parents[2] / "golden/files/statement.cod").read_bytes()
SEVERAL = next(data for data in bank_files(7, accounts=3, days=2, booked=4))


async def relais(*words: object) -> Any:
    """The command; its loop needs a thread without one."""
    return await asyncio.to_thread(CliRunner().invoke, app, ["coda", *map(str, words)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.cod").write_bytes(ONE)
    (tmp_path / "several.cod").write_bytes(SEVERAL)
    (tmp_path / "damaged.cod").write_bytes(ONE.replace(b"8470", b"8471", 1))
    (tmp_path / "nobody.cod").write_bytes(ONE.replace(b"00010080080", b"00000000000"))
    return tmp_path


def statements_in(path: Path) -> int:
    message = path.read_bytes()
    assert faults(message) == []
    return len(etree.fromstring(message).findall(f".//{{{NAMESPACE}}}Stmt"))


async def test_a_replica_is_written_beside_the_file_and_holds_the_banks_lines(folder: Path) -> None:
    done = await relais("pdf", folder / "one.cod", "--language", "en")
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{folder / 'one.pdf'}: statement 2026/001 of BE46 9790 0010 0136\n"
    page = PdfReader(io.BytesIO((folder / "one.pdf").read_bytes()))
    assert page.attachments["statement.cod"] == [ONE]
    assert "1,422.89" in page.pages[0].extract_text()
    again = await relais("pdf", folder / "one.cod")
    assert (again.exit_code, "is there already" in again.output) == (2, True)


async def test_of_several_statements_each_has_a_page_of_its_own_or_one_is_chosen(folder: Path) -> None:
    assert (await relais("pdf", folder / "several.cod", "--statement", 2, "--output", folder / "x.pdf")).exit_code == 0
    assert sorted(each.name for each in folder.glob("*.pdf")) == ["x.pdf"]
    assert (await relais("pdf", folder / "several.cod")).exit_code == 0
    assert len(list(folder.glob("several-*.pdf"))) >= 3
    many = await relais("pdf", folder / "several.cod", "--output", folder / "y.pdf")
    assert (many.exit_code, "--statement" in many.output) == (2, True)


async def test_camt_holds_every_statement_of_a_file_or_the_one_that_is_chosen(folder: Path) -> None:
    assert (await relais("camt", folder / "several.cod")).exit_code == 0
    assert statements_in(folder / "several.xml") >= 3
    assert (await relais("camt", folder / "several.cod", "--statement", 1, "--output", folder / "1.xml")).exit_code == 0
    assert statements_in(folder / "1.xml") == 1


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("camt", "damaged.cod"), 1, "E1"),
        (("pdf", "damaged.cod"), 1, "E1"),
        (("camt", "nobody.cod"), 1, "--company"),
        (("camt", "absent.cod"), 2, "No such file"),
        (("camt", "one.cod", "--statement", "2"), 2, "no statement 2"),
        (("camt", "one.cod", "--company", "0403170702"), 2, "--company"),
    ],
)
async def test_what_cannot_be_made_is_said_and_nothing_is_written(
    folder: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    command, file, *others = words
    done = await relais(command, folder / file, *others)
    assert (done.exit_code, says in done.output) == (code, True), done.output
    assert list(folder.glob("*.xml")) == list(folder.glob("*.pdf")) == []


async def test_whose_account_it_is_can_be_named(folder: Path) -> None:
    done = await relais("camt", folder / "nobody.cod", "--company", "0403.170.701")
    assert done.exit_code == 0, done.output
    assert b"<Id>0403170701</Id>" in (folder / "nobody.xml").read_bytes()
