"""Uploads, in Postgres."""

from collections.abc import Collection
from datetime import datetime

from services.intake.adapters.postgres.connections import PostgresConnections
from services.intake.domain.uploads import Upload
from shared.contracts.documents import Claim
from shared.values import ConnectionId, SoftwareSlug, UploadId


class PostgresUploads(PostgresConnections):
    """Bound to one transaction; the API's side sees those of its caller and of its caller's connections."""

    async def add_upload(self, upload: Upload) -> bool:
        return bool(
            await self._connection.fetchval(
                """insert into uploads as known (upload_id, connection_id, claim, uploaded_at, software)
                   values ($1, $2, $3, $4, $5)
                   on conflict (upload_id) do update set uploaded_at = excluded.uploaded_at
                   returning (xmax = 0)""",  # 0 where the row is new
                upload.upload_id,
                upload.connection_id,
                upload.claim.model_dump_json(),
                upload.uploaded_at,
                upload.software,
            )
        )

    async def uploads(self, ids: Collection[UploadId]) -> dict[UploadId, Upload]:
        if not ids:
            return {}
        rows = await self._connection.fetch("select * from uploads where upload_id = any($1::text[])", list(ids))
        found = [
            Upload(
                UploadId(row["upload_id"]),
                ConnectionId(row["connection_id"]) if row["connection_id"] else None,
                Claim.model_validate_json(row["claim"]),
                row["uploaded_at"],
                SoftwareSlug(row["software"]) if row["software"] else None,
            )
            for row in rows
        ]
        return {upload.upload_id: upload for upload in found}

    async def forget_uploads(self, before: datetime) -> int:
        status = await self._connection.execute("delete from uploads where uploaded_at < $1", before)
        return int(status.rpartition(" ")[2])
