"""Invalid Belgian documents, made anew: what is wrong with each, and every finding that it must give.

No published set has them: the official rules accept wrong check digits, two numbers of one company, a due date before
the invoice. The mistakes are those that billing softwares make.
"""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tests.unit.invoice_router.belgian_sums import BUYER_VAT, CORRECTED, Table, codes, profiles_and_files, sums, vat
from tests.unit.invoice_router.documents import (
    BUYER,
    COMPANY,
    EN_16931,
    credit_note,
    invoice,
)

WRONG = "0403170700"
"""The check digits of `COMPANY` less one."""

OTHER = "0202239951"
ALIAS = "0400008598"
"""98 leaves the same rest as 01, which is right."""

ESTABLISHMENT = "2000000020"
_IDENTIFICATION = '<cac:PartyIdentification><cbc:ID schemeID="{}">{}</cbc:ID></cac:PartyIdentification>'

Kind = Literal["refused", "quarantined", "warned"]


@dataclass(frozen=True, slots=True)
class BelgianDocument:
    """One document; `codes` are all the findings that it gives, in no order."""

    name: str
    data: bytes
    becomes: Kind
    codes: frozenset[str]


def documents() -> Iterator[BelgianDocument]:
    """All of them."""
    for becomes, table in (("refused", _refused()), ("quarantined", _quarantined())):
        yield from (_made(name, data, becomes, told) for name, (data, told) in table.items())
    for table in (_numbers(), _dates_and_payment(), sums(), vat(), codes(), profiles_and_files()):
        yield from (_made(name, data, "warned", told) for name, (data, told) in table.items())


def _made(name: str, data: bytes, becomes: Kind, told: str) -> BelgianDocument:
    return BelgianDocument(name, data, becomes, frozenset(told.split()))


def _refused() -> Table:
    return {
        "due date in a credit note": (
            credit_note(references=CORRECTED).replace(
                b"<cbc:CreditNoteTypeCode>", b"<cbc:DueDate>2026-03-03</cbc:DueDate><cbc:CreditNoteTypeCode>"
            ),
            "XSD_INVALID",
        ),
        "comma in an amount": (invoice(inclusive="121,00"), "XSD_INVALID"),
        "exponent in an amount": (invoice(payable="1.21E2"), "XSD_INVALID"),
        "empty amount": (invoice(payable=""), "XSD_INVALID"),
        "date with slashes": (invoice(issued="01/02/2026"), "XSD_INVALID"),
        "a day that does not exist": (invoice(issued="2026-02-30"), "XSD_INVALID"),
        "two numbers": (invoice(number="1</cbc:ID><cbc:ID>2"), "XSD_INVALID"),
        "no lines": (invoice(lines=" "), "XSD_INVALID"),
        "no code of payment": (
            invoice(payment="<cac:PaymentMeans><cbc:PaymentID>1</cbc:PaymentID></cac:PaymentMeans>"),
            "XSD_INVALID",
        ),
        "no currency": (
            invoice().replace(b"<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>", b""),
            "CURRENCY",
        ),
        "currency in a word": (invoice(currency="EURO"), "CURRENCY"),
        "total in another currency": (
            invoice().replace(b'<cbc:PayableAmount currencyID="EUR">', b'<cbc:PayableAmount currencyID="USD">'),
            "AMOUNT_CURRENCY",
        ),
        "number with a line feed": (invoice(number="2026-17&#10;Bcc: a"), "ID_CONTROL_CHARS"),
        "number of 101 characters": (invoice(number="9" * 101), "ID_TOO_LONG"),
        "an order": (invoice().replace(b"Invoice", b"Order"), "UBL_ROOT"),
        "nothing": (b"", "XML_EMPTY"),
        "a document type": (invoice(prologue="<!DOCTYPE Invoice>"), "XML_DOCTYPE"),
        "half a file": (invoice()[:900], "XML_SYNTAX"),
        "compressed": (gzip.compress(invoice(), mtime=0), "XML_ENCODING"),
    }


def _quarantined() -> Table:
    no_numbers = {"endpoint": "4012345000009", "endpoint_scheme": "0088", "legal": "7", "legal_scheme": "0106"}
    return {
        "wrong check digits in the Peppol address": (invoice(endpoint=WRONG), "SUPPLIER_NUMBER PEPPOL-COMMON-R043"),
        "wrong check digits in the enterprise number": (invoice(legal=WRONG), "SUPPLIER_NUMBER PEPPOL-COMMON-R043"),
        "wrong check digits in the VAT number": (invoice(vat=f"BE{WRONG}"), "SUPPLIER_NUMBER"),
        "wrong check digits in an identifier": (
            invoice(identification=_IDENTIFICATION.format("0208", WRONG)),
            "SUPPLIER_NUMBER PEPPOL-COMMON-R043",
        ),
        "check digits that leave the same rest": (
            invoice(endpoint=ALIAS, legal=ALIAS, vat=f"BE{ALIAS}"),
            "SUPPLIER_NUMBER PEPPOL-COMMON-R043",
        ),
        "another company in the Peppol address": (invoice(endpoint=OTHER), "SUPPLIER_NUMBERS_DIFFER"),
        "another company in the enterprise number": (invoice(legal=OTHER), "SUPPLIER_NUMBERS_DIFFER"),
        "another company in the VAT number": (invoice(vat=f"BE{OTHER}"), "SUPPLIER_NUMBERS_DIFFER"),
        "another company in the identifier of UBL.BE": (
            invoice(identification=_IDENTIFICATION.format("0193", OTHER), customization=EN_16931),
            "SUPPLIER_NUMBERS_DIFFER",
        ),
        "establishment number": (
            invoice(endpoint=ESTABLISHMENT, legal=ESTABLISHMENT),
            "SUPPLIER_NUMBER PEPPOL-COMMON-R043",
        ),
        "VAT number with a letter": (invoice(vat="BE040317070O"), "SUPPLIER_NUMBER"),
        "no Belgian number at all": (
            invoice(vat="NL123456789B01", supplier_country="NL", **no_numbers),
            "SUPPLIER_NUMBER_MISSING",
        ),
    }


def _numbers() -> Table:
    dotted = f"{COMPANY[:4]}.{COMPANY[4:7]}.{COMPANY[7:]}"
    return {
        "dots in scheme 0208": (invoice(endpoint=dotted), "PEPPOL-COMMON-R043"),
        "BE in scheme 0208": (invoice(legal=f"BE{COMPANY}"), "PEPPOL-COMMON-R043"),
        "VAT number without BE": (invoice(vat=COMPANY), "BR-CO-09"),
        "customer with wrong check digits": (invoice(buyer_endpoint=WRONG), "PEPPOL-COMMON-R043"),
        "customer with wrong check digits in the VAT number": (
            invoice(buyer_identity=BUYER_VAT.format(f"BE{WRONG}")),
            "CUSTOMER_NUMBER",
        ),
        "customer with two numbers": (
            invoice(buyer_identity=BUYER_VAT.format(f"BE{COMPANY}")),
            "CUSTOMER_NUMBERS_DIFFER",
        ),
        "customer without a Peppol address": (
            invoice().replace(f'<cbc:EndpointID schemeID="0208">{BUYER}</cbc:EndpointID>'.encode(), b""),
            "PEPPOL-EN16931-R010",
        ),
        "customer without a name": (invoice(buyer=""), "BR-07 PEPPOL-EN16931-R008"),
        "country in a word": (invoice(buyer_country="Belgium"), "BR-CL-14"),
        "no country": (invoice(supplier_country=""), "BR-09 BR-CL-14 PEPPOL-EN16931-R008"),
        "Peppol address of scheme 0193": (invoice(endpoint_scheme="0193"), "PEPPOL-EN16931-CL008"),
        "no buyer reference": (invoice(buyer_reference=""), "PEPPOL-EN16931-R003"),
    }


def _dates_and_payment() -> Table:
    two = (
        "<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cbc:PaymentID>a</cbc:PaymentID>"
        "<cac:PayeeFinancialAccount><cbc:ID>BE71096123456769</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>"
    )
    return {
        "due before issue": (invoice(due="2026-01-31"), "DUE_BEFORE_ISSUE"),
        "due before issue in a credit note": (credit_note(due="2026-01-31", references=CORRECTED), "DUE_BEFORE_ISSUE"),
        "issue far in the future": (invoice(issued="2062-02-01", due="2062-03-03"), "ISSUE_IN_FUTURE"),
        "due date with a zone": (invoice(due="2026-03-03Z"), "PEPPOL-EN16931-F001"),
        "credit note that corrects nothing": (credit_note(), "CREDIT_NOTE_REFERENCE"),
        "wrong check digits in the OGM": (invoice(reference="+++090/9337/55494+++"), "REFERENCE_CHECKSUM"),
        "wrong check digits in an OGM with stars": (invoice(reference="***090/9337/55494***"), "REFERENCE_CHECKSUM"),
        "wrong check digits in the IBAN": (invoice(iban="BE72096123456769"), "IBAN"),
        "wrong Belgian check digits in the IBAN": (invoice(iban="BE44096123456770"), "IBAN"),
        "IBAN with a letter too many": (invoice(iban="BE71096123456769X"), "IBAN"),
        "transfer without an account": (
            invoice(payment="<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode></cac:PaymentMeans>"),
            "BR-61",
        ),
        "unknown means of payment": (invoice(means="999"), "BR-CL-16"),
        "two payment references": (invoice(payment=two + two.replace(">a<", ">b<")), "UBL-SR-44"),
        "direct debit without a mandate": (
            invoice(payment="<cac:PaymentMeans><cbc:PaymentMeansCode>59</cbc:PaymentMeansCode></cac:PaymentMeans>"),
            "PEPPOL-EN16931-R061",
        ),
    }
