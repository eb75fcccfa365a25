"""Bytes that a software hands in ahead of what refers to them: what does not fit into a record of Kafka."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from services.intake.domain.documents import BANK_FILE, PDF, Unusable
from shared.contracts.documents import Claim
from shared.values import ConnectionId, Sha256, SoftwareSlug, UploadId

UPLOADS_KEPT = timedelta(hours=24)
"""How long something can refer to an upload."""

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:relais:upload")


@dataclass(frozen=True, slots=True)
class Upload:
    """Stored bytes of one connection, or a bank's file of one software; `uploaded_at` is UTC."""

    upload_id: UploadId
    connection_id: ConnectionId | None
    claim: Claim
    uploaded_at: datetime
    software: SoftwareSlug | None = None


def upload_id(owner: ConnectionId | SoftwareSlug, sha256: Sha256) -> UploadId:
    """The same whenever these bytes come in over this connection, or from this software."""
    return UploadId.of(uuid5(_NAMESPACE, f"{owner}/{sha256}"))


def flaw_of_upload(asked: UploadId, upload: Upload | None, connection: ConnectionId, *, pdf: bool) -> Unusable | None:
    """Whether a document over this connection may refer to the upload as its UBL, or with `pdf` as its PDF.

    Another connection's upload is as unknown as one that does not exist.
    """
    pointer = "/pdf" if pdf else "/document"
    if upload is None or upload.connection_id != connection:
        expected = "an upload over the same connection, of the last 24 hours"
        return Unusable("upload_unknown", "There is no such upload.", pointer, asked, expected, 404)
    if (upload.claim.media_type == PDF) != pdf:
        expected = PDF if pdf else "application/xml"
        detail = "The upload is of another kind than what refers to it."
        return Unusable("media_type_unsupported", detail, pointer, upload.claim.media_type, expected, 415)
    return None


def flaw_of_bank_upload(asked: UploadId, upload: Upload | None, software: SoftwareSlug) -> Unusable | None:
    """Whether a software may refer to the upload as a bank's file: only to one that it made with a key for those."""
    if upload is None or upload.software != software or upload.claim.media_type != BANK_FILE:
        expected = "a bank's file that the same software uploaded in the last 24 hours"
        return Unusable("upload_unknown", "There is no such upload.", "/bank_file", asked, expected, 404)
    return None
