"""The sample document that a channel is tried with: it says in every part of it that it is a test."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from services.delivery.domain.channels import Channel
from services.delivery.domain.deliverables import filed, subject_of
from services.delivery.domain.documents import Document
from services.delivery.domain.edges import office_topic
from services.delivery.domain.files import File, Parcel, file_name
from services.delivery.domain.records import CODA_TYPE, record_headers, statement_headers
from services.delivery.domain.sample_statements import CLIENT_CODE, COMPANY, sample_statement
from services.delivery.domain.statements import RoutedStatement
from shared.chassis.messages import Cause, EdgeRecord
from shared.contracts.documents import Claim
from shared.contracts.event import TYPE_PREFIX
from shared.values import ConnectionId, DocumentId, Language, Sha256, SoftwareSlug

_XML = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>
<cbc:ID>{number}</cbc:ID>
<cbc:IssueDate>{day}</cbc:IssueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
<cbc:Note>TEST: a sample of Relais to try a channel. Do not book it.</cbc:Note>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party>
<cbc:EndpointID schemeID="0208">{company}</cbc:EndpointID>
<cac:PostalAddress><cac:Country><cbc:IdentificationCode>BE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
<cac:PartyLegalEntity><cbc:RegistrationName>TEST Relais</cbc:RegistrationName>
<cbc:CompanyID schemeID="0208">{company}</cbc:CompanyID></cac:PartyLegalEntity>
</cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party>
<cac:PostalAddress><cac:Country><cbc:IdentificationCode>BE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
<cac:PartyLegalEntity><cbc:RegistrationName>TEST</cbc:RegistrationName></cac:PartyLegalEntity>
</cac:Party></cac:AccountingCustomerParty>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">0.00</cbc:TaxAmount><cac:TaxSubtotal>
<cbc:TaxableAmount currencyID="EUR">0.00</cbc:TaxableAmount><cbc:TaxAmount currencyID="EUR">0.00</cbc:TaxAmount>
<cac:TaxCategory><cbc:ID>Z</cbc:ID><cbc:Percent>0</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>
</cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="EUR">0.00</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount currencyID="EUR">0.00</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="EUR">0.00</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="EUR">0.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="EUR">0.00</cbc:LineExtensionAmount>
<cac:Item><cbc:Name>TEST</cbc:Name><cac:ClassifiedTaxCategory><cbc:ID>Z</cbc:ID><cbc:Percent>0</cbc:Percent>
<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="EUR">0.00</cbc:PriceAmount></cac:Price></cac:InvoiceLine>
</Invoice>
"""


def sample_parcel(channel: Channel, language: Language, test_id: UUID, now: datetime) -> Parcel:
    """A parcel as the channel would get one: an invoice, of a channel for statements alone a statement. `test_id` and
    `now` (UTC) make each a new one.
    """
    number = f"TEST-{now:%Y%m%dT%H%M%S}-{test_id.hex[:4]}"
    if channel.documents == ("coda",):
        told = channel.language or language
        statement, files = sample_statement(channel, number, _pdf(f"{number}: do not book"), test_id, now)
        return Parcel(parcel_id=test_id, document=statement, added_at=now, language=told, files=files, test=True)
    xml = _XML.format(number=number, day=now.date().isoformat(), company=COMPANY).encode()
    document = _document(channel, number, xml, test_id, now)
    contents = {"xml": xml, "pdf": _pdf(f"{number}: do not book"), "json": _sidecar(number)}
    return Parcel(
        parcel_id=test_id,
        document=document,
        added_at=now,
        language=channel.language or language,
        files=tuple(File(kind, file_name(document, kind), contents[kind]) for kind in channel.files),
        test=True,
    )


def sample_record(cause: Cause, channel: Channel, parcel: Parcel) -> EdgeRecord:
    """The sample on the office's topic; `relais_test` marks it."""
    document = filed(parcel.document)
    if isinstance(document, RoutedStatement):
        kind, event, media_type, headers = "cod", "statement.delivered.v1", CODA_TYPE, statement_headers(document)
    else:
        kind, event, media_type, headers = "xml", "document.delivered.v1", "application/xml", record_headers(document)
    return EdgeRecord(
        cause,
        office_topic(channel.office_id),
        COMPANY,
        next(file.data for file in parcel.files if file.kind == kind),
        f"{TYPE_PREFIX}{event}",
        parcel.parcel_id,
        subject=subject_of(document),
        content_type=media_type,
        headers=(*headers, ("relais_test", "true")),
    )


def _document(channel: Channel, number: str, xml: bytes, test_id: UUID, now: datetime) -> Document:
    sha256 = Sha256.of(xml)
    return Document(
        document_id=DocumentId.of(test_id),
        enterprise_number=COMPANY,
        connection_id=ConnectionId.of(test_id),
        software=SoftwareSlug("relais-test"),
        state="delivered",
        mode="test",
        received_at=now,
        office_id=channel.office_id,
        client_code=CLIENT_CODE,
        family="invoice",
        number=number,
        issue_date=now.date(),
        customer_name="TEST",
        tax_inclusive=Decimal("0.00"),
        payable=Decimal("0.00"),
        invoice_currency="EUR",
        document=Claim(path=f"test/{sha256}", sha256=sha256, size=len(xml), media_type="application/xml"),
    )


def _sidecar(number: str) -> bytes:
    return f'{{"test":true,"number":"{number}"}}'.encode()


def _pdf(line: str) -> bytes:
    """One page with one line (ISO 32000-1 §7.5); `line` is ASCII without brackets and backslashes."""
    text = f"BT /F1 18 Tf 60 770 Td ({line}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return data + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
