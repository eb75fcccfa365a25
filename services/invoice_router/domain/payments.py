"""How the buyer is asked to pay (BG-16): the join between an invoice and a bank statement."""

import re

from lxml import etree

from services.invoice_router.domain.fields import texts
from services.invoice_router.domain.rejection import warning
from shared.contracts.invoices import Finding
from shared.values import Iban, StructuredReference, ValueRejected

PAYMENT_ID = "cac:PaymentMeans/cbc:PaymentID"
ACCOUNT = "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID"
_LOOKS_LIKE_OGM = re.compile(r"[0-9]{12}")
_SEPARATORS = re.compile(r"[+*/\s.-]")


def payment_reference(root: etree._Element) -> tuple[str, StructuredReference | None, list[Finding]]:
    """The remittance text (BT-83), its structured reference when its check digits hold, and what is odd about it."""
    written = list(dict.fromkeys(texts(root, PAYMENT_ID)))
    findings: list[Finding] = []
    if len(written) > 1:
        findings.append(warning("UBL-SR-44", PAYMENT_ID, f"{len(written)} texts", "one remittance text"))
    reference: StructuredReference | None = None
    for text in written:
        try:
            reference = reference or StructuredReference(text)
        except ValueRejected as error:
            if _LOOKS_LIKE_OGM.fullmatch(_SEPARATORS.sub("", text)) or error.code == "reference_checksum":
                findings.append(warning("REFERENCE_CHECKSUM", PAYMENT_ID, text, error.expected))
    return " ".join(written), reference, findings


def accounts(root: etree._Element) -> tuple[tuple[Iban, ...], list[Finding]]:
    """The accounts to pay to (BT-84) that are IBANs, each once."""
    ibans: dict[Iban, None] = {}
    findings: list[Finding] = []
    for written in texts(root, ACCOUNT):
        try:
            ibans[Iban(written)] = None
        except ValueRejected as error:
            findings.append(warning("IBAN", ACCOUNT, error.found, error.expected))
    return tuple(ibans), findings
