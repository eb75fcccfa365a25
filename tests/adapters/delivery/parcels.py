"""Parcels and channels as the couriers' tests send them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from services.delivery.domain.channels import Channel, ChannelKind, Place
from services.delivery.domain.documents import Document
from services.delivery.domain.files import File, Parcel, file_name
from shared.contracts.documents import Claim
from shared.values import (
    ChannelId,
    ConnectionId,
    DocumentId,
    EnterpriseNumber,
    Language,
    OfficeId,
    Sha256,
    SoftwareSlug,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
XML = "<Invoice>é</Invoice>".encode()
OFFICE = OfficeId("janssens")


def a_document(number: str = "VF/2026-1", **others: Any) -> Document:
    document = Document(
        document_id=DocumentId.of(uuid4()),
        enterprise_number=EnterpriseNumber("0403170701"),
        connection_id=ConnectionId.of(uuid4()),
        software=SoftwareSlug("robaws"),
        state="delivered",
        received_at=NOW,
        office_id=OFFICE,
        client_code="K12",
        family="invoice",
        number=number,
        issue_date=date(2026, 3, 1),
        document=Claim(path="a/b", sha256=Sha256.of(XML), size=len(XML), media_type="application/xml"),
    )
    return replace(document, **others)


def a_parcel(document: Document | None = None, xml: bytes = XML, **others: Any) -> Parcel:
    """With all three files."""
    known = document or a_document()
    contents = {"json": b'{"number":"VF/2026-1"}', "pdf": b"%PDF-1.7 for the eye", "xml": xml}
    files = tuple(File(kind, file_name(known, kind), contents[kind]) for kind in ("json", "pdf", "xml"))
    parcel = Parcel(parcel_id=uuid4(), document=known, added_at=NOW, language=Language.NL, files=files)
    return replace(parcel, **others)


def a_channel(kind: ChannelKind, place: Place = None, **others: Any) -> Channel:
    channel = Channel(channel_id=ChannelId.of(uuid4()), office_id=OFFICE, kind=kind, created_at=NOW, place=place)
    return replace(channel, **others)
