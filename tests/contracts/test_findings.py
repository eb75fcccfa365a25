"""Every finding has words for people, in four languages."""

import re
from pathlib import Path

import pytest

from services.invoice_router.domain.accounting import OWN_CHECKS
from services.invoice_router.domain.rules.categories import KINDS
from shared.contracts import findings
from shared.contracts.findings import PublicFinding, finding_texts, public_finding, text_key
from shared.contracts.invoices import Finding
from shared.values import Language

ROUTER = Path(__file__).resolve().parents[2] / "services/invoice_router"
OFFICIAL = re.compile(r'"((?:BR|UBL|PEPPOL)-[A-Z0-9-]*[0-9])"')
OWN = re.compile(r'"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"')
NO_CODES = ("LC_", "SC_", "SCHEMAV_", "RELAIS_", "INVOICE_ROUTER_", "VALIDATED_AT_ONCE", "OF_ONE_CALLER", "TURN_WITHIN")
"""Beginnings of words in capitals that are something else: variables, names of libxml2."""

KEPT_FOR_RARE_IDS = ("*", "PEPPOL-*", "UBL_*", "XML_*", "ATTACHMENT_*", "UBL-SR-*", "BR-CL-*", "PEPPOL-EN16931-CL*")
RARE = re.compile(
    r"UBL-SR-(0[1-9]|1[0-9]|2\d|3\d|4[0-69]|5\d)|BR-CL-(06|07|08|13)|PEPPOL-EN16931-(CL006|R080|R100|R101)|XML_TOO_.*"
)
MOST_WORDS = 45


def _sources() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(ROUTER.rglob("*.py"))]


def _codes() -> set[str]:
    """What the sources of the router can tell: literals, and the ids that are put together for a VAT category."""
    found = {code for text in _sources() for pattern in (OFFICIAL, OWN) for code in pattern.findall(text)}
    found |= {f"{kind.prefix}-{number:02}" for kind in KINDS for number in range(1, 11)}
    return {code for code in found | set(OWN_CHECKS) if not code.startswith(NO_CODES)}


CODES = sorted(_codes())


def test_the_sources_are_searched_for_codes() -> None:
    assert len(CODES) > 250
    assert {"BR-CO-15", "PEPPOL-COMMON-R043", "XML_DOCTYPE", "XSD_INVALID", "SUPPLIER_MISMATCH", "IBAN"} <= set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_code_of_the_router_has_a_sentence(code: str) -> None:
    assert text_key(code) not in KEPT_FOR_RARE_IDS or RARE.fullmatch(code), f"{code} has no sentence of its own"
    texts = finding_texts(code, "1.00", "2.00")
    assert set(texts) == set(Language)
    for text in texts.values():
        assert text.endswith(".")
        assert "{" not in text
        assert len(text.split()) <= MOST_WORDS


def test_the_four_languages_have_the_same_keys_and_placeholders() -> None:
    by_language = {language: findings._by_code(language) for language in Language}
    english = by_language[Language.EN]
    for texts in by_language.values():
        assert texts.keys() == english.keys()
        for code, text in texts.items():
            assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[code])), code


def test_no_sentence_stands_in_two_languages() -> None:
    sentences = [text for language in Language for text in set(findings._by_code(language).values())]
    assert len(sentences) == len(set(sentences))


def test_no_key_is_there_that_nothing_tells() -> None:
    told = {text_key(code) for code in CODES}
    official_only = {"UBL-CR-*", "UBL-DT-*"}
    of_values = {key for key in findings._by_code(Language.EN) if key.startswith(("MONEY", "CURRENCY_", "ENTERPRISE"))}
    of_values |= {"ESTABLISHMENT_NUMBER", "REFERENCE_MALFORMED", "IBAN_MALFORMED", "IBAN_CHECKSUM"}
    unused = findings._by_code(Language.EN).keys() - told - official_only - of_values - set(KEPT_FOR_RARE_IDS)
    assert {key for key in unused if not key.endswith(("*", "~"))} == set()


def test_what_was_found_and_expected_is_in_the_sentence() -> None:
    texts = finding_texts("BR-CO-15", "121.01", "121.00")
    assert all("121.01" in text and "121.00" in text for text in texts.values())
    assert "category K" in finding_texts("BR-IC-09", "1.00", "0.00")[Language.EN]


def test_what_was_found_is_never_taken_for_a_placeholder() -> None:
    assert "{expected}" in finding_texts("BR-CO-15", "{expected}", "1.00")[Language.NL]


def test_nothing_found_is_shown_as_a_dash() -> None:
    assert "“–”" in finding_texts("IBAN")[Language.EN]


@pytest.mark.parametrize("category", ["S", "Z", "AF", "AG"])
def test_who_may_give_no_reason_of_exemption_is_not_told_to_give_one(category: str) -> None:
    without, needed = finding_texts(f"BR-{category}-10", "because"), finding_texts("BR-AE-10")
    assert "no reason of exemption" in without[Language.EN] and "Add the reason" in needed[Language.EN]
    assert all(without[language] != needed[language].replace("AE", category) for language in Language)


def test_a_code_that_nobody_knows_has_a_sentence_too() -> None:
    assert text_key("ZZ-1") == "*"
    assert text_key("BR-CL-99") == "BR-CL-*"
    assert all(finding_texts("ZZ-1", "x").values())


def test_a_public_finding_is_the_finding_with_its_sentences() -> None:
    finding = Finding(code="BR-27", severity="warn", location="/Invoice", found="-1", expected="0", message="m")
    public = public_finding(finding)
    assert isinstance(public, PublicFinding)
    body = public.model_dump(mode="json")
    assert sorted(body["i18n"]) == ["de", "en", "fr", "nl"]
    assert {**body, "i18n": None} == {**finding.model_dump(mode="json"), "i18n": None}
    assert PublicFinding.model_validate(body) == public
