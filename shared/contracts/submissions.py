"""What a billing software may publish on its own topic, `software.<slug>.submissions.v1`.

The tenant is the topic's, never the body's. Two headers are read, as the Kafka binding of CloudEvents 1.0 writes
them: `ce_id` (the software's own id; the same id twice is one submission) and `ce_type` (one of the types below).
Whatever cannot be used is answered by `submission.rejected`.
"""

from pydantic import Field

from shared.contracts.event import TYPE_PREFIX, Facts
from shared.values import Language, UploadId

ID_HEADER = "ce_id"
TYPE_HEADER = "ce_type"

CONNECTION_TYPE = f"{TYPE_PREFIX}submission.connection.v1"
"""Asks to be connected with a company; the value is a `ConnectionSubmission` as JSON."""

DOCUMENT_TYPE = f"{TYPE_PREFIX}submission.document.v1"
"""Hands in a sales document; the value is the bytes of the UBL, the header `relais_connection` its connection."""

REFERENCE_TYPE = f"{TYPE_PREFIX}submission.document_reference.v1"
"""Hands in a document that was uploaded before, being too large for a record: a `DocumentReference` as JSON, with the
same header."""

BANK_FILE_TYPE = f"{TYPE_PREFIX}submission.bank_file_reference.v1"
"""Hands in a bank's file that was uploaded before: a `BankFileReference` as JSON. It comes in over no connection."""

CONNECTION_HEADER = "relais_connection"
"""Connection id over which a document comes in."""

SUBMISSION_TYPES = (CONNECTION_TYPE, DOCUMENT_TYPE, REFERENCE_TYPE, BANK_FILE_TYPE)


class ConnectionSubmission(Facts):
    """A request to be connected with a company, as `POST /v1/connections` takes it."""

    enterprise_number: str = Field(description="as somebody typed it; intake reads every usual spelling")
    language: Language | None = Field(None, description="the language the company is written to in")
    scopes: tuple[str, ...] = Field((), description="`invoices:write`, `statements:read`; none means both")


class DocumentReference(Facts):
    """A sales document by the uploads that hold its bytes (`POST /v1/uploads`), for 24 hours after they came in."""

    document: UploadId = Field(description="the UBL")
    pdf: UploadId | None = Field(None, description="the PDF beside it")


class BankFileReference(Facts):
    """A bank's file by the upload that holds its bytes (`POST /v1/uploads/statements`), for 24 hours after that."""

    bank_file: UploadId = Field(description="the file with statements, as the bank made it")
