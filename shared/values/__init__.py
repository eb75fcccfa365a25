"""The vocabulary as types that cannot hold a wrong value.

Each value of text is a `str` in its one normal form; whoever holds one need not check it again.
"""

from shared.values.accounts import Iban
from shared.values.digests import Sha256
from shared.values.errors import ValueRejected
from shared.values.identifiers import (
    ChannelId,
    ConnectionId,
    CredentialId,
    DocumentId,
    EventId,
    OfficeId,
    PaymentId,
    RedeliveryId,
    SoftwareSlug,
    StatementId,
    UploadId,
    WebhookEndpointId,
)
from shared.values.money import Currency, Money
from shared.values.numbers import EnterpriseNumber, VatNumber
from shared.values.people import EmailAddress, Language
from shared.values.references import StructuredReference

__all__ = [
    "ChannelId",
    "ConnectionId",
    "CredentialId",
    "Currency",
    "DocumentId",
    "EmailAddress",
    "EnterpriseNumber",
    "EventId",
    "Iban",
    "Language",
    "Money",
    "OfficeId",
    "PaymentId",
    "RedeliveryId",
    "Sha256",
    "SoftwareSlug",
    "StatementId",
    "StructuredReference",
    "UploadId",
    "ValueRejected",
    "VatNumber",
    "WebhookEndpointId",
]
