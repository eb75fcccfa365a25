"""What does `relais reconcile` say of files that it cannot take, and of arguments that it cannot use?"""

import re
from pathlib import Path

import pytest

from deploy.demo.years import CompanyYear
from tests.component.reconciling.runs import objects, options, relais


def test_a_statement_whose_header_names_another_company_is_told_and_not_booked(folder: Path, year: CompanyYear) -> None:
    [path] = folder.glob("statements/*/*.cod")
    path.write_bytes(path.read_bytes().replace(str(year.company.number).encode(), b"0403170701"))
    result = relais(*options(folder))
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{path} #1: company_mismatch line 1, columns 72-82: found '0403170701'" in result.stderr


def test_an_account_that_nothing_is_known_of_is_told_and_not_booked(folder: Path, year: CompanyYear) -> None:
    for path in folder.glob("invoices/*/*.xml"):
        path.unlink()
    [path] = folder.glob("statements/*/*.cod")
    path.write_bytes(path.read_bytes().replace(str(year.company.number).encode(), b"0000000000"))
    result = relais(*options(folder))
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{path} #1: no_mandate" in result.stderr


def test_what_is_refused_is_told_and_the_rest_goes_on(folder: Path) -> None:
    (folder / "invoices/broken.xml").write_bytes(b"<Invoice>")
    (folder / "invoices/readme.txt").write_bytes(b"no XML")
    (folder / "statements/broken.cod").write_bytes(b"no CODA\n")
    [good] = folder.glob("statements/*/*.cod")
    (folder / "statements/changed.cod").write_bytes(re.sub(rb"(\r\n9 {15}).", rb"\g<1>9", good.read_bytes()))
    result = relais(*options(folder))
    assert result.exit_code == 1
    assert len(objects(result)) == 1
    codes = {line.split(": ")[0]: line.split(": ")[1].split(" ")[0] for line in result.stderr.splitlines()}
    assert codes[f"{folder}/statements/broken.cod #1"] == "E01"
    assert codes[f"{folder}/statements/changed.cod #1"] == "E10"
    assert f"{folder}/invoices/broken.xml" in codes
    assert f"{folder}/invoices/readme.txt" in codes


def test_the_same_number_with_other_content_is_told_as_a_conflict(folder: Path) -> None:
    [good] = folder.glob("statements/*/*.cod")
    (folder / "statements/z.cod").write_bytes(good.read_bytes().replace(b"Zichtrekening", b"Spaarrekening"))
    result = relais(*options(folder))
    assert result.exit_code == 1
    assert "number_conflict line 1, columns 126-128: found '2024/001'" in result.stderr
    assert len(objects(result)) == 1


BAD_LINES = [
    ("--accounts", '{"company": "0403170701", "ibans": ["BE71096123456769"]}\nno JSON', "line 2: no JSON"),
    ("--accounts", "[]", "line 1: no object"),
    ("--accounts", '\n{"ibans": []}', "line 2: 'company' is no text"),
    ("--accounts", '{"company": "0403170700", "ibans": []}', "line 1: 'company': "),
    ("--accounts", '{"company": "0403170701", "ibans": "BE71"}', "line 1: 'ibans' is no list"),
    ("--accounts", '{"company": "0403170701", "ibans": ["BE71096123456760"]}', "line 1: 'ibans': "),
    ("--debtors", '{"company": "0403170701", "iban": "BE71096123456769"}', "line 1: 'debtor' is no text"),
    ("--debtors", '{"company": "0403170701", "iban": "BE71096123456769", "debtor": " - "}', "line 1: 'debtor' names"),
    ("--order", "invoices/nowhere.xml", "line 1: there is no file 'invoices/nowhere.xml'"),
]


@pytest.mark.parametrize(("option", "text", "said"), BAD_LINES)
def test_a_line_that_says_nothing_is_named(folder: Path, option: str, text: str, said: str) -> None:
    (folder / "list").write_text(text)
    result = relais(*options(folder), option, folder / "list")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"Invalid value for {option}: {said}" in " ".join(result.stderr.replace("│", " ").split())


def test_a_path_outside_of_both_folders_is_refused(folder: Path) -> None:
    (folder / "list").write_text(str(folder / "accounts.jsonl"))
    result = relais(*options(folder), "--order", folder / "list")
    assert result.exit_code == 2
    assert "lies in neither" in result.stderr


@pytest.mark.parametrize("words", [[], ["--invoices", "nowhere"], ["--invoices", ".", "--statements", "README.md"]])
def test_arguments_that_cannot_be_used_end_with_2(words: list[str]) -> None:
    assert relais(*words).exit_code == 2


def test_a_wrong_language_is_refused(folder: Path) -> None:
    assert relais(*options(folder), "--language", "it").exit_code == 2


def test_nothing_of_a_bank_file_reaches_the_terminal_that_it_would_obey(folder: Path, year: CompanyYear) -> None:
    [path] = folder.glob("statements/*/*.cod")
    name = year.invoices[0].customer.party.name.encode("cp1252")
    evil = "Evil\u0081[31m".encode("latin-1")
    path.write_bytes(path.read_bytes().replace(name, evil + b" " * (len(name) - len(evil))))
    assert evil in path.read_bytes()
    result = relais(*options(folder)[1:])
    assert (result.exit_code, "Evil�[31m" in result.stdout) == (0, True)
    assert all(letter.isprintable() or letter == "\n" for letter in result.stdout)
