"""What fuzzing begins with: valid documents, and the words that attacks are made of."""

from tests.unit.invoice_router.attacks import TABLE, Canary
from tests.unit.invoice_router.documents import EN_16931, UBL_BE, attachment, credit_note, invoice, line

_LARGEST_SEED = 20_000
_NOWHERE = Canary("/dev/null", "http://127.0.0.1:9", "")

SEEDS: dict[str, bytes] = {
    "invoice": invoice(),
    "credit_note": credit_note(),
    "en_16931": invoice(customization=EN_16931),
    "ubl_be": invoice(customization=UBL_BE, attachment=attachment("JVBERi0xLjcg")),
    "many_lines": invoice(lines="".join(line(number) for number in range(1, 8))),
} | {
    f"attack_{attack.number}": document
    for attack in TABLE
    if len(document := attack.document(_NOWHERE)) <= _LARGEST_SEED
}

WORDS = (
    "<!DOCTYPE", "<!ENTITY", "<![CDATA[", "]]>", "<!--", "-->", "<?xml", "?>", "&#x202e;", "&#10;", "&amp;", "xmlns:",
    "<cbc:ID>", "</cbc:ID>", "<cac:Party>", "<cac:InvoiceLine>", "<cac:TaxSubtotal>", "<cac:AllowanceCharge>",
    "currencyID=", "schemeID=", "1E999", "NaN", "-0", "0.005", "99999999999999", "2026-02-30", "BE0403170701",
    "+++090/9337/55493+++", "encoding=",
)  # fmt: skip
"""None holds a quotation mark: libFuzzer's dictionary would end there."""
