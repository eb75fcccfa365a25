"""The tests keep their own rules."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.architecture.rules import testing

MakeTree = Callable[[dict[str, str]], Path]
# Every file whose tests may be left out, and why. A new entry is a decision, taken in review.
MAY_SKIP: dict[str, str] = {
    "tests/unit/delivery/test_writing_camt.py": "the schema of camt.053 is at hand where RELAIS_CAMT_XSD names it",
    "tests/component/invoice_router/test_accuracy.py": "the official unit tests of CEN are not ours to publish",
    "tests/unit/coda_reconciler/test_reading_the_samples.py": "statements that others published are not ours either",
}


@pytest.mark.parametrize(
    "check", [testing.unknown_questions, testing.packages_in_tests, testing.names_that_are_no_sentence]
)
def test_the_repository_keeps_the_habits_of_testing(check: Callable[[Path], list[object]], repository: Path) -> None:
    assert check(repository) == []


def test_the_repository_skips_only_what_is_listed(repository: Path) -> None:
    assert testing.skips(repository, MAY_SKIP) == []


def test_every_listed_skip_names_a_file_that_exists(repository: Path) -> None:
    assert [name for name in MAY_SKIP if not (repository / name).is_file()] == []


def test_a_folder_that_is_no_question_is_reported(made_up: MakeTree) -> None:
    root = made_up({"tests/conftest.py": "", "tests/unit/test_a.py": "", "tests/misc/test_b.py": ""})
    assert [finding.where for finding in testing.unknown_questions(root)] == ["tests/misc"]


def test_a_package_marker_in_tests_is_reported(made_up: MakeTree) -> None:
    root = made_up({"tests/unit/__init__.py": "", "services/a/__init__.py": ""})
    assert [finding.where for finding in testing.packages_in_tests(root)] == ["tests/unit/__init__.py"]


@pytest.mark.parametrize(
    "text",
    [
        "def test_iban():\n    pass\n",
        "class TestIban:\n    async def test_a_wrong_iban(self):\n        pass\n",
    ],
    ids=["function", "method"],
)
def test_a_name_that_is_no_sentence_is_reported(text: str, made_up: MakeTree) -> None:
    root = made_up({"tests/unit/test_accounts.py": text + "\ndef _helper():\n    pass\n"})
    assert [finding.code for finding in testing.names_that_are_no_sentence(root)] == ["test_name"]


def test_a_name_of_four_words_is_a_sentence(made_up: MakeTree) -> None:
    root = made_up({"tests/unit/test_a.py": "def test_a_wrong_iban_fails():\n    pass\n"})
    assert testing.names_that_are_no_sentence(root) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("import pytest\npytest.skip()\n", ["skip_not_listed", "skip_without_reason"]),
        ("import pytest\npytest.skip('no engine')\n", ["skip_not_listed"]),
        ("import pytest\nmark = pytest.mark.skip\n", ["skip_not_listed", "skip_without_reason"]),
        ("from pytest import mark\nmark.skipif(True, reason='no engine')\n", ["skip_not_listed"]),
        ("from pytest import mark\nmark.xfail(reason='')\n", ["skip_not_listed", "skip_without_reason"]),
        ("import pytest\npytest.importorskip('lxml')\n", ["skip_not_listed", "skip_without_reason"]),
    ],
)
def test_a_skip_that_nobody_listed_is_reported(text: str, codes: list[str], made_up: MakeTree) -> None:
    root = made_up({"tests/unit/test_a.py": text})
    assert [finding.code for finding in testing.skips(root, {})] == codes


def test_a_listed_skip_still_needs_its_reason(made_up: MakeTree) -> None:
    root = made_up({"tests/unit/test_a.py": "import pytest\npytest.skip()\npytest.skip('no engine')\n"})
    found = testing.skips(root, {"tests/unit/test_a.py"})
    assert [(finding.code, finding.where) for finding in found] == [("skip_without_reason", "tests/unit/test_a.py:2")]
