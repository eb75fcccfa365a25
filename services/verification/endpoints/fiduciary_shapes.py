"""Fiduciaries and clients as the public clients of the v2 interface parse them (codabox-v2.md, facts 8 and 12).

What we do not have is told as clients expect it: an empty text, an empty list, or null where they have met null.
"""

from datetime import UTC, date, datetime, time
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.compatibility import bank_id, coda_mandate_id
from shared.contracts.directory import Mandate
from shared.values import EnterpriseNumber, Iban, Language

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class LegalEntity(BaseModel):
    """A company or an office; `enterprise_num` is empty where we do not know it."""

    name: str
    enterprise_num: str = ""
    is_enterprise_num_validated: bool = False
    representative_name: str = ""
    representative_function: str = ""
    address: str = ""
    address2: str | None = None
    zip: str = ""
    city: str = ""


class Software(BaseModel):
    """The accounting software of an office, which we are not told."""

    name: str = ""
    slug: str = ""
    supported_services: tuple[str, ...] = ()


class FiduciaryService(BaseModel):
    """Something beside the statements and invoices that an office subscribed to; there is nothing of that here."""

    id: UUID
    type: str
    fiduciary_id: UUID
    state: str


class Fiduciary(BaseModel):
    """An accounting office."""

    id: UUID
    name: str
    legal_entity: LegalEntity
    contact_name: str = ""
    contact_email: str = ""
    language: Language
    website_url: str = ""
    allows_social_mandates: bool = False
    allows_doccle_delivery: bool = False
    allows_client_delivery: bool = False
    services: tuple[FiduciaryService, ...] = ()
    delegates_mandate_delivery: bool = False
    software: Software = Software()


class CodaMandate(BaseModel):
    """That the bank may hand over the statements of an account."""

    id: UUID
    client_id: UUID
    fiduciary_id: UUID
    bank_id: str
    ibans: tuple[Iban, ...]
    validity_start: date
    state: Literal["active"] = "active"
    reason: None = None
    reason_code: str = "R-0"
    twikey_url: None = None
    state_modified_at: str


class Subaccount(BaseModel):
    """A currency of an account."""

    currency: str = "EUR"
    extension: str | None = None


class BankAccount(BaseModel):
    """An account of which statements come."""

    iban: Iban
    subaccounts: tuple[Subaccount, ...] = (Subaccount(),)
    type: Literal["current"] = "current"
    coda_mandate_ids: tuple[UUID, ...]
    bank_id: str
    client_id: UUID
    state: Literal["active"] = "active"
    state_modified_at: str


class SocialMandate(BaseModel):
    """Never there: documents of social secretariats are not fetched here."""

    id: UUID
    client_id: UUID
    fiduciary_id: UUID
    social_welfare_id: str
    validity_start: date
    state: str
    state_modified_at: str


class PurchaseInvoiceMandate(BaseModel):
    """Never there: purchase invoices are not fetched here."""

    state: str
    client_id: UUID
    state_modified_at: str
    representative_name: str | None
    representative_function: str | None
    representative_email: str | None


class PurchaseInvoiceTransmissionMandate(BaseModel):
    """Never there, as the mandate itself."""

    state: str
    client_id: UUID
    fiduciary_id: UUID


class ClientService(BaseModel):
    """As a fiduciary's, without the fiduciary."""

    id: UUID
    type: str
    state: str


class FiduciaryClient(BaseModel):
    """A company whose documents are fetched."""

    id: UUID
    fiduciary_id: UUID
    legal_entity: LegalEntity
    client_code: str = ""
    contact_name: str = ""
    contact_email: str = ""
    language: Language
    exact_email: str = ""
    coda_mandates: tuple[CodaMandate, ...] = ()
    bank_accounts: tuple[BankAccount, ...] = ()
    social_mandates: tuple[SocialMandate, ...] = ()
    purchase_invoice_mandates: tuple[PurchaseInvoiceMandate, ...] = ()
    purchase_invoice_transmission_mandates: tuple[PurchaseInvoiceTransmissionMandate, ...] = ()
    current_purchase_invoice_mandate_state: str | None = None
    state: Literal["active"] = "active"
    delivery_mode: Literal["email"] = "email"
    doccle_link_connect: None = None
    mycodabox_url: None = None
    state_modified_at: str
    services: tuple[ClientService, ...] = ()
    zoomit_ibans: tuple[Iban, ...] = ()
    mycodabox_access_state: Literal["not-invited"] = "not-invited"


def legal_entity(name: str, number: EnterpriseNumber) -> LegalEntity:
    """A company of the directory: its number was checked."""
    return LegalEntity(name=name, enterprise_num=number.vat, is_enterprise_num_validated=True)


def accounts(
    number: EnterpriseNumber, client_id: UUID, fiduciary_id: UUID, mandates: tuple[Mandate, ...], day: date
) -> dict[str, Any]:
    """The mandates of a client that hold on a day, and the accounts that they are for."""
    holding = [each for each in mandates if each.since <= day and (each.until is None or day < each.until)]
    coda_mandates = tuple(
        CodaMandate(
            id=coda_mandate_id(number, each.iban),
            client_id=client_id,
            fiduciary_id=fiduciary_id,
            bank_id=bank_id(each.iban),
            ibans=(each.iban,),
            validity_start=each.since,
            state_modified_at=modified_on(each.since),
        )
        for each in holding
    )
    bank_accounts = tuple(
        BankAccount(
            iban=mandate.ibans[0],
            coda_mandate_ids=(mandate.id,),
            bank_id=mandate.bank_id,
            client_id=client_id,
            state_modified_at=mandate.state_modified_at,
        )
        for mandate in coda_mandates
    )
    return {"coda_mandates": coda_mandates, "bank_accounts": bank_accounts}


def modified_on(day: date) -> str:
    """The beginning of a day as a moment without a zone."""
    return modified_at(datetime.combine(day, time(), UTC))


def modified_at(moment: datetime | None) -> str:
    """A moment (UTC) without a zone, as `2017-04-28T13:26:55.835296`; never null."""
    utc = (moment or _NEVER).astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="microseconds")
