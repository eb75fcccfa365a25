"""Sentences for people quote values from the document; what the checks say in English stays out of them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from shared.contracts.findings import MOST_TOLD, finding_texts, told_findings
from shared.contracts.invoices import Finding
from shared.values import Language

ROUTER = Path(__file__).resolve().parents[2] / "services/invoice_router"
CODE = re.compile(r"(?:BR|UBL|PEPPOL)-[A-Z0-9-]*[0-9]|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
WORD = re.compile(r"[a-z]{3,}")
CALLS = {"add": (0, 2, 3), "warning": (0, 2, 3), "_set_apart": (0, 2, 3), "DocumentRejected": (0, 2, 3)}
"""Functions that tell of something, with the places of code, found and expected among their arguments."""


class Description(NamedTuple):
    """Words of ours that a check puts into what was found (or expected), and the codes that it may tell."""

    where: str
    words: str
    expected: bool
    codes: tuple[str, ...]


def written(node: ast.expr) -> list[str]:
    """The texts that an expression may be, where it is written out; a number stands for what is computed."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return ["".join(str(part.value) if isinstance(part, ast.Constant) else "2" for part in node.values)]
    if isinstance(node, ast.IfExp):
        return [*written(node.body), *written(node.orelse)]
    return []


def assigned(tree: ast.Module, name: str) -> list[str]:
    """What a module writes into a variable of that name."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    return [
        text
        for node in nodes
        if any(getattr(each, "id", "") == name for each in node.targets)
        for text in written(node.value)
    ]


def descriptions() -> Iterator[Description]:
    for path in sorted(ROUTER.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        literals = {str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        of_module = tuple(sorted(each for each in literals if CODE.fullmatch(each) and not each.startswith("SCHEMAV_")))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name not in CALLS or len(call.args) <= CALLS[name][2]:
                continue
            code, *told = (call.args[place] for place in CALLS[name])
            codes = tuple(text for text in written(code) if CODE.fullmatch(text)) or of_module
            for node, expected in zip(told, (False, True), strict=True):
                texts = assigned(tree, node.id) if isinstance(node, ast.Name) else written(node)
                for text in filter(WORD.search, texts):
                    yield Description(f"{path.name}:{call.lineno}", text, expected, codes)


DESCRIPTIONS = sorted(set(descriptions()))


def test_the_sources_are_searched_for_descriptions() -> None:
    words = {each.words for each in DESCRIPTIONS}
    assert len(DESCRIPTIONS) > 100
    assert {"one code of payment means", "2 times", "2 VAT totals", "one VAT total in 2 (BT-110)"} <= words


@pytest.mark.parametrize("told", DESCRIPTIONS, ids=lambda told: f"{told.where} {told.words[:40]}")
def test_no_description_of_ours_stands_in_a_sentence(told: Description) -> None:
    for code in told.codes:
        facts = ("1.00", told.words) if told.expected else (told.words, "1.00")
        bare = finding_texts(code, *(("1.00", "") if told.expected else ("", "1.00")))
        for language, text in finding_texts(code, *facts).items():
            assert language is Language.EN or set(WORD.findall(text)) <= set(WORD.findall(bare[language])), code


def test_a_count_is_told_as_a_number() -> None:
    assert "(3)" in finding_texts("UBL-SR-48", "3 categories")[Language.FR]


def test_words_that_stand_in_the_document_are_quoted() -> None:
    assert "“twaalf stuks”" in finding_texts("QUANTITY_FORMAT", "twaalf stuks")[Language.EN]
    assert "“12 stuks”" in finding_texts("QUANTITY_FORMAT", "12 stuks")[Language.NL]
    assert "121.00 EUR" in finding_texts("VAT_DIFFERENCE", "121.03 EUR", "121.00 EUR")[Language.NL]


def test_totals_that_cannot_be_compared_have_a_sentence_of_their_own() -> None:
    told = finding_texts("BR-CO-15", "2 VAT totals", "one VAT total in EUR (BT-110)")
    assert told == finding_texts("BR-CO-15", "121.00", "") != finding_texts("BR-CO-15", "121.00", "120.00")
    assert "kan niet vergeleken worden" in told[Language.NL]


def test_an_event_tells_the_gravest_findings_first_and_how_many_others_there_are() -> None:
    warnings = [Finding(code="BR-27", severity="warn", found=f"-{number}") for number in range(MOST_TOLD + 2)]
    grave = Finding(code="SUPPLIER_MISMATCH", severity="quarantine")
    told, others = told_findings([*warnings, grave])
    assert (told[0].code, len(told), others) == ("SUPPLIER_MISMATCH", MOST_TOLD, 3)
    assert [each.found for each in told[1:3]] == ["-0", "-1"]
    assert told_findings([]) == ((), 0)
