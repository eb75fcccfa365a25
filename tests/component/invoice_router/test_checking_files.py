"""Does `relais ubl` say of files what would become of them, to people and to machines, whatever is in them?"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from services.invoice_router import commands
from services.invoice_router.adapters.official import NotInstalled
from tests.unit.invoice_router.attacks_of_ours import pdf_of, with_lines
from tests.unit.invoice_router.documents import BUYER, COMPANY, attachment, credit_note, invoice, line

Write = Callable[..., list[str]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Files with these contents, by name."""

    def written(**contents: bytes) -> list[str]:
        paths = [tmp_path / f"{name}.xml" for name in contents]
        for path, content in zip(paths, contents.values(), strict=True):
            path.write_bytes(content)
        return [str(path) for path in paths]

    return written


def relais(*words: str, environment: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(commands.app, list(words), env=environment or {"LC_ALL": "C"})


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(row) for row in result.stdout.splitlines()]


def test_one_object_a_file_says_exactly_what_is_promised(write: Write) -> None:
    files = write(good=invoice(), odd=invoice(payable="120.00"), bad=invoice(number="2026\u202e71"))
    result = relais("check", "--json", *files)
    assert result.exit_code == 1
    good, odd, bad = objects(result)
    assert good == {
        "file": files[0],
        "verdict": "accepted",
        "document": {
            "number": "2026-17",
            "supplier": COMPANY,
            "customer": BUYER,
            "issue_date": "2026-02-01",
            "due_date": "2026-03-03",
            "currency": "EUR",
            "tax_inclusive": "121.00",
            "payable": "121.00",
            "iban": "BE71096123456769",
            "reference": "090933755493",
        },
        "findings": [],
    }
    [finding] = odd["findings"]
    assert odd["verdict"] == "accepted"
    assert list(finding) == ["code", "severity", "location", "found", "expected", "message"]
    assert (finding["code"], finding["severity"], finding["found"]) == ("BR-CO-16", "warn", "120.00")
    assert (bad["file"], bad["verdict"], bad["document"]) == (files[2], "refused", None)
    assert [(each["code"], each["severity"]) for each in bad["findings"]] == [("ID_CONTROL_CHARS", "refuse")]


def test_what_a_document_does_not_say_is_null(write: Write) -> None:
    [file] = write(note=credit_note(due="", payment="<!-- none -->", buyer_scheme="0106", buyer_endpoint="12345678"))
    [told] = objects(relais("check", "--json", file))
    document = told["document"]
    assert (document["due_date"], document["iban"], document["reference"]) == (None, None, None)
    assert document["customer"] == "Garage Peeters"


@pytest.mark.parametrize(
    ("company", "verdict", "exit_code"),
    [(COMPANY, "accepted", 0), ("BE 0403.170.701", "accepted", 0), (BUYER, "quarantined", 1)],
)
def test_the_company_of_the_connection_must_be_the_supplier(
    write: Write, company: str, verdict: str, exit_code: int
) -> None:
    result = relais("check", "--json", "--company", company, *write(one=invoice()))
    assert (objects(result)[0]["verdict"], result.exit_code) == (verdict, exit_code)


def test_documents_that_attack_are_refused_and_their_neighbours_are_checked(write: Write) -> None:
    laughs = "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};&a{n - 1};&a{n - 1};">' for n in range(1, 40))
    result = relais("check", "--json", *write(
        first=invoice(),
        laughs=invoice(prologue=f'<!DOCTYPE Invoice [<!ENTITY a0 "ha">{laughs}]>', number="&a39;"),
        wrong_lines=with_lines("<cac:InvoiceLine/>" * 100_000),
        large=invoice(attachment=attachment(pdf_of(20_000_000))),
        too_large=b"<a>" + b" " * 31_000_000 + b"</a>",
        last=credit_note(),
    ))  # fmt: skip
    verdicts = [(told["verdict"], [finding["code"] for finding in told["findings"]]) for told in objects(result)]
    assert verdicts == [
        ("accepted", []),
        ("refused", ["XML_DOCTYPE"]),
        ("refused", ["XSD_INVALID"]),
        ("accepted", []),
        ("refused", ["XML_TOO_LARGE"]),
        ("accepted", ["CREDIT_NOTE_REFERENCE"]),
    ]
    assert result.exit_code == 1


def test_many_files_are_told_in_the_order_in_which_they_were_named(write: Write) -> None:
    files = write(**{f"n{number}": invoice(number=f"N-{number}") for number in range(40)})
    result = relais("check", "--json", *files)
    assert [(told["file"], told["document"]["number"]) for told in objects(result)] == [
        (file, f"N-{number}") for number, file in enumerate(files)
    ]
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("options", "environment", "words"),
    [
        (["--language", "nl"], {"LC_ALL": "fr_BE.UTF-8"}, "in quarantaine"),
        ([], {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "fr_BE.UTF-8"}, "en quarantaine"),
        ([], {"LC_ALL": "de_BE", "LANG": "fr_BE.UTF-8"}, "in Quarantäne"),
        ([], {"LC_ALL": "C.UTF-8"}, "quarantined"),
    ],
)
def test_people_read_the_verdict_in_their_language(
    write: Write, options: list[str], environment: dict[str, str], words: str
) -> None:
    [file] = write(other=invoice(vat=f"BE{BUYER}"))
    told = relais("check", *options, file, environment=environment).stdout
    assert told.startswith(f"{file}: {words}\n")
    assert "SUPPLIER_NUMBERS_DIFFER" in told and BUYER in told


def test_what_a_document_says_commands_no_terminal(write: Write) -> None:
    hostile = invoice(buyer="Garage\u009b2J\u202e Peeters&#10;forged: accepted", reference="\u009b31m")
    [file] = write(hostile=hostile)
    for word in ("check", "show"):
        told = relais(word, file).stdout
        assert "Peeters" in told
        assert not {each for each in told if not each.isprintable()} - {"\n"}
        assert not any(row.startswith("forged") for row in told.splitlines())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("no file", []),
        ("a folder", ["{folder}"]),
        ("a file that is not there", ["{folder}/missing.xml"]),
        ("one of two that is not there", ["{good}", "{folder}/missing.xml"]),
        ("a number that is none", ["--company", "0403170702", "{good}"]),
        ("a language that is not ours", ["--language", "sv", "{good}"]),
        ("rules that are not there", ["--official", "--peppol-xslt", "{folder}/missing.xslt", "{good}"]),
    ],
)
def test_unusable_arguments_end_with_2_and_say_which(write: Write, tmp_path: Path, name: str, words: list[str]) -> None:
    [good] = write(good=invoice())
    result = relais("check", *(word.format(folder=tmp_path, good=good) for word in words))
    assert (result.exit_code, result.stdout) == (2, ""), name
    assert result.stderr


def test_a_file_that_vanishes_while_it_is_opened_ends_with_2(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(self: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    [file] = write(good=invoice())
    monkeypatch.setattr(Path, "open", gone)
    result = relais("check", file)
    assert result.exit_code == 2 and "Permission denied" in result.stderr


def test_the_official_rules_add_what_ours_do_not_say_and_keep_no_document_back(write: Write) -> None:
    with_uuid = invoice(payable="120.00").replace(b"<cbc:IssueDate>", b"<cbc:UUID>7</cbc:UUID><cbc:IssueDate>", 1)
    files = write(with_uuid=with_uuid, refused=b"<!DOCTYPE a><a/>")
    own, _ = objects(relais("check", "--json", *files))
    told, refused = objects(relais("check", "--json", "--official", *files))
    assert [finding["code"] for finding in own["findings"]] == ["BR-CO-16"]
    assert [(finding["code"], finding["severity"]) for finding in told["findings"]] == [
        ("BR-CO-16", "warn"),
        ("UBL-CR-005", "warn"),
    ]
    assert "UUID" in told["findings"][1]["message"]
    assert (told["verdict"], refused["verdict"]) == ("accepted", "refused")


def test_without_the_extra_one_sentence_says_how_to_install_it(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_installed(**given: object) -> None:
        raise NotInstalled

    monkeypatch.setattr(commands, "OfficialRules", not_installed)
    result = relais("check", "--official", *write(good=invoice()))
    assert result.exit_code == 2 and "pip install" in result.stderr


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "Factuur Vervaldag Verkoper Koper Lijnen Btw Totalen Betaling Bijlagen Vaststellingen"),
        ("fr", "Facture Échéance Vendeur Acheteur Lignes TVA Totaux Paiement Constats"),
        ("de", "Rechnung Verkäufer Käufer Positionen MwSt. Summen Zahlung Anlagen Feststellungen"),
        ("en", "Invoice Due Seller Buyer Lines VAT Totals Payment Attachments Findings"),
    ],
)
def test_a_page_shows_what_is_in_an_invoice(write: Write, language: str, words: str) -> None:
    data = invoice(attachment=attachment("JVBERi0="), lines=line(1, name="Desembrood") + line(2, name="Rozijnenbrood"))
    result = relais("show", "--language", language, *write(one=data))
    page = result.stdout
    assert result.exit_code == 0
    for word in words.split():
        assert word in page
    for fact in ("2026-17", "2026-02-01", "2026-03-03", "Bakkerij De Korenaar", COMPANY, "Garage Peeters", "Desembrood",
                 "Rozijnenbrood", "S 21 %", "121.00 EUR", "BE71 0961 2345 6769", "+++090/9337/55493+++",
                 "invoice.pdf (application/pdf, 5 bytes)", "BR-CO-10"):  # fmt: skip
        assert fact in page


def test_a_page_of_a_refused_file_says_why(write: Write) -> None:
    result = relais("show", *write(bad=b"<!DOCTYPE a><a/>"))
    assert result.exit_code == 1 and "XML_DOCTYPE" in result.stdout


def test_the_command_of_the_product_reaches_all_this_without_any_service(write: Write) -> None:
    [file] = write(good=invoice())
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(each for each in sys.path if each)}
    run = subprocess.run(
        [sys.executable, "-m", "deploy.command_line", "ubl", "check", "--json", file],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert json.loads(run.stdout)["verdict"] == "accepted"
