"""Every event that crosses a service border: one topic, one type, one schema, one owner.

A service imports the events from here and nothing of another service. What softwares and offices see of them is in
`public`, what softwares may send on Kafka in `submissions`, why something cannot be done in `reasons`; the list of
all of it, with its schemas and its page of documentation, is `catalogue`.
"""

from shared.contracts.access import Credential, Mode
from shared.contracts.connections import (
    ConnectionActivated,
    ConnectionBlocked,
    ConnectionChanged,
    ConnectionExpired,
    ConnectionOfficeChanged,
    ConnectionRefused,
    ConnectionRequested,
    ConnectionRevoked,
    ConnectionRotated,
    ConnectionVerified,
    MailBounced,
    SubmissionRejected,
    TokenExpired,
    TokenMailed,
)
from shared.contracts.deliveries import (
    DocumentBooked,
    DocumentDelivered,
    DocumentFetched,
    DocumentRefused,
    PaymentDecided,
)
from shared.contracts.directory import CompanyChanged, Mandate, OfficeChanged, OfficePeriod, SoftwareChanged
from shared.contracts.documents import Claim, Sealed
from shared.contracts.event import Event, Facts
from shared.contracts.invoices import (
    Customer,
    Difference,
    Finding,
    InvoiceAccepted,
    InvoiceHeld,
    InvoiceQuarantined,
    InvoiceRepeated,
    InvoiceRouted,
    InvoiceSubmitted,
)
from shared.contracts.operations import DeadLetter, ReplayRequested
from shared.contracts.statements import (
    Allocation,
    BankFileReceived,
    InvoicePartiallyPaid,
    InvoiceReopened,
    InvoiceSettled,
    PaymentSuggested,
    PaymentUndone,
    StatementGapAlarmed,
    StatementGapClosed,
    StatementGapOpened,
    StatementQuarantined,
    StatementReleased,
    TransactionsBooked,
)

__all__ = [
    "Allocation",
    "BankFileReceived",
    "Claim",
    "CompanyChanged",
    "ConnectionActivated",
    "ConnectionBlocked",
    "ConnectionChanged",
    "ConnectionExpired",
    "ConnectionOfficeChanged",
    "ConnectionRefused",
    "ConnectionRequested",
    "ConnectionRevoked",
    "ConnectionRotated",
    "ConnectionVerified",
    "Credential",
    "Customer",
    "DeadLetter",
    "Difference",
    "DocumentBooked",
    "DocumentDelivered",
    "DocumentFetched",
    "DocumentRefused",
    "Event",
    "Facts",
    "Finding",
    "InvoiceAccepted",
    "InvoiceHeld",
    "InvoicePartiallyPaid",
    "InvoiceQuarantined",
    "InvoiceReopened",
    "InvoiceRepeated",
    "InvoiceRouted",
    "InvoiceSettled",
    "InvoiceSubmitted",
    "MailBounced",
    "Mandate",
    "Mode",
    "OfficeChanged",
    "OfficePeriod",
    "PaymentDecided",
    "PaymentSuggested",
    "PaymentUndone",
    "ReplayRequested",
    "Sealed",
    "SoftwareChanged",
    "StatementGapAlarmed",
    "StatementGapClosed",
    "StatementGapOpened",
    "StatementQuarantined",
    "StatementReleased",
    "SubmissionRejected",
    "TokenExpired",
    "TokenMailed",
    "TransactionsBooked",
]
