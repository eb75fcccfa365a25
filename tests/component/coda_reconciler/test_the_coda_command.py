"""Does `relais coda` say of bank files whether they are whole, show them, and make copies that can be shared?"""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from deploy.command_line import app as whole_command
from deploy.demo.coda import files
from services.coda_reconciler import commands
from services.coda_reconciler.domain.coda_errors import CodaError, Finding
from services.coda_reconciler.domain.page_words import CODES, WORDS, sentence
from shared.values import Language
from tests.unit.coda_reconciler.statements import COMPANY, IBAN, REFERENCE, Move, statement

MOVES = [
    Move(121_000, reference=REFERENCE),
    Move(-50_005, text="Huur maart", information=("Communication : huur", "van maart")),
    Move(30_000, details=(Move(10_000, text="een"), Move(20_000, text="twee"))),
]
GOOD = statement(MOVES)
WRONG_BALANCE = GOOD.replace(b"0000000001100995", b"0000000001100996")

Write = Callable[..., list[str]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Files with these contents, by name."""

    def written(**contents: bytes) -> list[str]:
        paths = [tmp_path / f"{name}.cod" for name in contents]
        for path, content in zip(paths, contents.values(), strict=True):
            path.write_bytes(content)
        return [str(path) for path in paths]

    return written


def relais(*words: str, environment: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(commands.app, list(words), env=environment or {"LC_ALL": "C"})


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(row) for row in result.stdout.splitlines()]


def test_one_object_a_statement_says_exactly_what_is_promised(write: Write) -> None:
    [file] = write(two=GOOD + WRONG_BALANCE)
    result = relais("check", "--json", file)
    assert result.exit_code == 1
    accepted, rejected = objects(result)
    assert accepted == {
        "file": file,
        "index": 0,
        "verdict": "accepted",
        "account": IBAN,
        "currency": "EUR",
        "year": 2026,
        "sequence": 1,
        "old_balance": "1000.00",
        "new_balance": "1100.995",
        "movements": 3,
        "credits": "151.00",
        "debits": "50.005",
        "communications": [
            {"sequence": 1, "detail": 0, "kind": "101", "text": REFERENCE},
            {"sequence": 2, "detail": 0, "kind": "free", "text": "Huur maart"},
            {"sequence": 2, "detail": 1, "kind": "free", "text": "Communication : huur"},
            {"sequence": 2, "detail": 2, "kind": "free", "text": "van maart"},
            {"sequence": 3, "detail": 1, "kind": "free", "text": "een"},
            {"sequence": 3, "detail": 2, "kind": "free", "text": "twee"},
        ],
        "findings": [],
    }
    [finding] = rejected["findings"]
    lines = len(GOOD.splitlines())
    assert (rejected["index"], rejected["verdict"], rejected["account"], rejected["communications"]) == (
        1,
        "rejected",
        None,
        [],
    )
    assert list(rejected) == list(accepted)
    assert (finding["code"], finding["line"], finding["columns"], finding["severity"]) == (
        "E13",
        2 * lines - 1,
        "42-57",
        "refuse",
    )
    assert (finding["found"], finding["expected"]) == ("1100.996", "1100.995")


def test_what_is_odd_is_told_and_accepted(write: Write) -> None:
    result = relais("check", "--json", *write(odd=statement(MOVES, company="0403170702", flag="D")))
    assert result.exit_code == 0
    [found] = objects(result)
    assert [(each["code"], each["severity"]) for each in found["findings"]] == [("W06", "warn"), ("W05", "warn")]


def test_a_file_without_a_statement_is_one_rejected_object(write: Write) -> None:
    result = relais("check", "--json", *write(empty=b"", good=GOOD))
    assert result.exit_code == 1
    empty, good = objects(result)
    assert (empty["index"], empty["verdict"], empty["findings"][0]["code"]) == (0, "rejected", "E01")
    assert good["verdict"] == "accepted"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", ("aanvaard", "geweigerd", "geven het nieuwe saldo niet")),
        ("fr", ("accepté", "refusé", "ne donnent pas le nouveau solde")),
        ("de", ("angenommen", "abgelehnt", "ergeben nicht den neuen Saldo")),
        ("en", ("accepted", "rejected", "do not make the new balance")),
    ],
)
def test_people_read_the_verdict_in_their_language(write: Write, language: str, words: tuple[str, ...]) -> None:
    [file] = write(two=GOOD + WRONG_BALANCE)
    for result in (
        relais("check", "--language", language, file),
        relais("check", file, environment={"LC_ALL": f"{language}_BE.UTF-8"}),
    ):
        assert result.exit_code == 1
        assert all(word in result.stdout for word in words)
        assert "BE71 0961 2345 6769 EUR" in result.stdout
        assert "1,000.00 → 1,100.995" in result.stdout


def test_every_code_has_its_sentence_in_every_language() -> None:
    told = f"{CodaError.__doc__} {Finding.__doc__}"
    assert {f"{letter}{at:02d}" for letter, last in (("E", 17), ("W", 9)) for at in range(1, last + 1)} == CODES
    assert all(code in told or "E02" <= code <= "E16" for code in CODES)
    for language in Language:
        assert set(WORDS[language]) == set(WORDS[Language.EN])
        assert all(sentence(code, language) for code in CODES)
    assert len({sentence("E13", language) for language in Language}) == len(list(Language))


def test_a_page_shows_account_balances_and_every_movement_with_its_texts(write: Write) -> None:
    result = relais("show", "--language", "en", *write(good=GOOD))
    assert result.exit_code == 0
    page = result.stdout
    for text in (
        "BE71 0961 2345 6769 EUR",
        COMPANY[:4] + "." + COMPANY[4:7],
        "2026/001",
        "+++090/9337/55493+++",
        "Peeters Lieve",
        "BE68 5390 0754 7034",
        "Communication : huur",
        "nothing to report",
    ):
        assert text in page
    amounts = [line.split()[-1] for line in page.splitlines() if line.startswith(("Old", "New", "Debits", "Credits"))]
    assert amounts == ["1,000.00", "-50.005", "151.00", "1,100.995"]
    assert all(len(line) <= 100 for line in page.splitlines()[1:])


def test_a_page_of_every_kind_of_statement_can_be_shown(write: Write) -> None:
    contents = {f"f{at}": data for at, data in enumerate(files.bank_files(seed=3, days=8))}
    for file in write(**contents):
        result = relais("show", file)
        assert result.exit_code == 0, result.output
        assert all(len(line) <= 100 for line in result.stdout.splitlines() if not line.startswith(file))


def test_a_page_of_a_rejected_statement_says_why_and_fails(write: Write) -> None:
    result = relais("show", *write(bad=WRONG_BALANCE))
    assert result.exit_code == 1
    assert "E13" in result.stdout


def test_nothing_in_a_file_commands_the_terminal(write: Write) -> None:
    # 9D begins a command of a terminal, and is one of the bytes that cp1252 leaves undefined.
    [file] = write(
        odd=statement([Move(1000, text="xxx", name="yy")]).replace(b"xxx", b"\x9d0;").replace(b"yy", b"\x9d1")
    )
    for words in (("check", "--json"), ("check",), ("show",)):
        shown = relais(*words, file)
        assert shown.exit_code == 0
        assert not any("\x7f" <= character <= "\x9f" for character in shown.stdout)


@pytest.mark.parametrize("words", [("check",), ("check", "missing.cod"), ("show", "."), ("check", "--language", "xx")])
def test_unusable_arguments_end_with_2(write: Write, words: tuple[str, ...]) -> None:
    files_too = write(good=GOOD) if "--language" in words else []
    assert relais(*words, *files_too).exit_code == 2


def test_copies_of_several_files_are_written_under_names_that_tell_nothing(write: Write, tmp_path: Path) -> None:
    paths = write(**{f"account_{IBAN}_{at}": data for at, data in enumerate(files.bank_files(seed=2))})
    result = relais("anonymise", *paths, "--output", str(tmp_path / "out"))
    assert result.exit_code == 0
    copies = sorted((tmp_path / "out").iterdir())
    assert [copy.name for copy in copies] == [f"bank-file-{at:04d}.cod" for at in range(1, len(paths) + 1)]
    before, after = (objects(relais("check", "--json", *map(str, some))) for some in (paths, copies))
    kept = ("verdict", "currency", "year", "sequence", "old_balance", "new_balance", "movements", "credits", "debits")
    assert [[each[name] for name in kept] for each in before] == [[each[name] for name in kept] for each in after]
    assert not {each["account"] for each in before} & {each["account"] for each in after}


def test_the_same_key_disguises_in_the_same_way_and_no_key_does_not(write: Write, tmp_path: Path) -> None:
    [file, key] = write(good=GOOD, key=b"a secret of ours")
    for name, options in (("a", ["--key-file", key]), ("b", ["--key-file", key]), ("c", []), ("d", [])):
        assert relais("anonymise", file, "--output", str(tmp_path / name), *options).exit_code == 0
    copies = [(tmp_path / name / "bank-file-0001.cod").read_bytes() for name in "abcd"]
    assert copies[0] == copies[1]
    assert len(set(copies)) == 3


def test_a_key_that_can_be_guessed_is_refused(write: Write, tmp_path: Path) -> None:
    [file, key] = write(good=GOOD, key=b"short")
    assert relais("anonymise", file, "--output", str(tmp_path / "out"), "--key-file", key).exit_code == 2
    assert not (tmp_path / "out").exists()


def test_amounts_and_dates_are_changed_when_asked(write: Write, tmp_path: Path) -> None:
    [file] = write(good=GOOD)
    options = ["--scale", "3", "--shift-days", "-364"]
    assert relais("anonymise", file, "--output", str(tmp_path / "out"), *options).exit_code == 0
    [found] = objects(relais("check", "--json", str(tmp_path / "out/bank-file-0001.cod")))
    assert (found["verdict"], found["new_balance"], found["year"]) == ("accepted", "3302.985", 2025)


def test_nothing_is_written_over(write: Write, tmp_path: Path) -> None:
    [file] = write(good=GOOD)
    assert relais("anonymise", file, "--output", str(tmp_path / "out")).exit_code == 0
    before = (tmp_path / "out/bank-file-0001.cod").read_bytes()
    assert relais("anonymise", file, "--output", str(tmp_path / "out")).exit_code == 2
    assert (tmp_path / "out/bank-file-0001.cod").read_bytes() == before


def test_what_cannot_be_disguised_is_told_and_the_others_are_written(write: Write, tmp_path: Path) -> None:
    paths = write(empty=b"", good=GOOD)
    result = relais("anonymise", *paths, "--output", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert "E01" in result.stderr
    assert [copy.name for copy in (tmp_path / "out").iterdir()] == ["bank-file-0002.cod"]


def test_the_whole_command_knows_them() -> None:
    listed = CliRunner().invoke(whole_command, ["coda", "--help"], env={"COLUMNS": "100", "NO_COLOR": "1"}).stdout
    assert all(f" {command} " in listed for command in ("check", "show", "anonymise"))


def test_a_long_run_shows_at_a_terminal_how_far_it_is(tmp_path: Path) -> None:
    file = tmp_path / "long.cod"
    file.write_bytes(b"".join(files.large_file(6_000)))
    master, terminal = pty.openpty()
    command = [sys.executable, "-m", "deploy.command_line", "coda", "check", "--json", str(file)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=terminal, cwd=Path(commands.__file__).parents[2]
    ) as run:
        answer = run.communicate()[0]
    os.close(terminal)
    seen = os.read(master, 100_000)
    os.close(master)
    assert run.returncode == 0
    assert all(json.loads(row)["verdict"] == "accepted" for row in answer.splitlines())
    assert b"100%" in seen
