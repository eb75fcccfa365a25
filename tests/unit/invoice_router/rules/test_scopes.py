"""Which rules a document is held against depends on what it says that it follows."""

import pytest
from lxml import etree

from services.invoice_router.domain import rules
from services.invoice_router.domain.trees import tree_of
from tests.unit.invoice_router.documents import BIS_BILLING, BIS_SELF_BILLING, EN_16931, UBL_BE, invoice
from tests.unit.invoice_router.rules.mutations import taxes

_E_FFF = {"customization": "1.0", "profile_id": "FFF.BE - B2C"}


def _codes(**changes: str) -> set[str]:
    return {finding.code for finding in rules.check(tree_of(etree.fromstring(invoice(**changes))), "invoice")}


@pytest.mark.parametrize("customization", [BIS_BILLING, EN_16931, UBL_BE, f"{EN_16931}#compliant#urn:example", "x"])
def test_a_sound_invoice_has_no_finding(customization: str) -> None:
    assert _codes(customization=customization) == set()


def test_rules_of_peppol_are_only_for_documents_of_peppol() -> None:
    changes = {"buyer_reference": "", "endpoint_scheme": "0193"}
    assert _codes(**changes) == {"PEPPOL-EN16931-R003", "PEPPOL-EN16931-CL008"}
    assert _codes(**changes, customization=EN_16931) == _codes(**changes, customization=UBL_BE) == set()


def test_what_ubl_be_lets_differ_is_not_told_of_it() -> None:
    changes = {"net": "100.00", "taxes": taxes(("S", "21", "98.00", "18.58"), total="18.58"), "tax": "18.58"}
    totals = {"inclusive": "118.58", "payable": "118.58"}
    assert _codes(**changes, **totals) == {"BR-S-08", "BR-CO-17", "BR-S-09"}
    assert _codes(**changes, **totals, customization=UBL_BE) == set()


def test_ubl_be_has_reasons_of_exemption_of_its_own() -> None:
    told = taxes(("E", "0", "100.00", "0.00"), total="0.00").replace(
        "<cbc:TaxExemptionReason>because</cbc:TaxExemptionReason>",
        "<cbc:TaxExemptionReasonCode>BETE-45</cbc:TaxExemptionReasonCode>",
    )
    changes = {"category": "E", "rate": "0", "taxes": told, "inclusive": "100.00", "payable": "100.00"}
    assert _codes(**changes) == {"BR-CL-22"}
    assert _codes(**changes, customization=UBL_BE) == set()


def test_of_e_fff_only_the_sums_are_looked_at() -> None:
    assert _codes(**_E_FFF, buyer="", supplier_country="Belgium", payable="120.00") == {"BR-CO-16"}


def test_a_specification_of_peppol_in_another_spelling_is_told() -> None:
    assert _codes(customization=BIS_BILLING.replace("3.0", "2.0")) == {"PEPPOL-EN16931-R004"}
    assert _codes(customization=f"{BIS_BILLING}#conformant#urn:example") == set()


def test_self_billing_has_types_and_a_process_of_its_own() -> None:
    process = "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0"
    assert _codes(customization=BIS_SELF_BILLING, profile_id=process, type_code="389") == set()
    assert _codes(customization=BIS_SELF_BILLING, type_code="380") == {"PEPPOL-EN16931-P0100", "PEPPOL-EN16931-R007"}


@pytest.mark.parametrize("process", ["urn:peppol:bis:billing_with_response", "urn:peppol:france:billing:regulated"])
def test_the_processes_of_the_newest_edition_are_known(process: str) -> None:
    assert _codes(profile_id=process) == set()
    assert _codes(profile_id=f"{process}x") == {"PEPPOL-EN16931-R007"}
