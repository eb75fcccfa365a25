"""Bytes that a software hands in ahead of what refers to them: what does not fit into a record of Kafka."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from services.intake.domain.documents import PDF, Unusable
from shared.contracts.documents import Claim
from shared.values import ConnectionId, Sha256, UploadId

UPLOADS_KEPT = timedelta(hours=24)
"""How long something can refer to an upload."""

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:relais:upload")


@dataclass(frozen=True, slots=True)
class Upload:
    """Stored bytes of one connection; `uploaded_at` is UTC."""

    upload_id: UploadId
    connection_id: ConnectionId
    claim: Claim
    uploaded_at: datetime


def upload_id(connection: ConnectionId, sha256: Sha256) -> UploadId:
    """The same whenever these bytes come in over this connection."""
    return UploadId.of(uuid5(_NAMESPACE, f"{connection}/{sha256}"))


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
