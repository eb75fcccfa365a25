"""What an accounting office sees of its clients' connections."""

from datetime import datetime
from typing import Annotated, Literal, cast

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from services.token_mailer.domain.records import Connection, Side
from services.token_mailer.ports import TokenStore
from shared.chassis.http import Call, caller, router
from shared.values import ConnectionId, EnterpriseNumber, OfficeId, SoftwareSlug

routes = router()
ByOffice = Annotated[Call, Depends(caller("office"))]


class ClientConnectionView(BaseModel):
    """One software's connection with one client. A moment is null where it did not come, or is not known."""

    connection_id: ConnectionId
    enterprise_number: EnterpriseNumber
    software: SoftwareSlug
    state: Literal["pending", "active", "revoked"]
    activated_at: datetime | None
    ended_at: datetime | None
    ended_by: Side | None = Field(description="which side ended it; null while it has not ended")


class ClientConnectionPage(BaseModel):
    """Connections in the order of their ids; `after=next_after` asks for the following ones."""

    connections: tuple[ClientConnectionView, ...]
    more: bool
    next_after: ConnectionId | None


@routes.get("/v1/directory/connections")
async def list_client_connections(
    call: ByOffice,
    after: ConnectionId | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ClientConnectionPage:
    """The connections of the companies that the office serves today: which softwares, since when, and which side
    ended those that are over."""
    office, mode = OfficeId(call.principal.id), call.principal.mode
    async with call.transaction() as tx:
        found = await cast(TokenStore, tx.store).connections_served_by(office, mode, after, limit + 1)
    listed = found[:limit]
    last = listed[-1].connection_id if listed else after
    return ClientConnectionPage(
        connections=tuple(_view(each) for each in listed), more=len(found) > limit, next_after=last
    )


def _view(connection: Connection) -> ClientConnectionView:
    return ClientConnectionView(
        connection_id=connection.connection_id,
        enterprise_number=connection.enterprise_number,
        software=connection.software,
        state=connection.state,
        activated_at=connection.activated_at,
        ended_at=connection.ended_at,
        ended_by=connection.ended_by or None,
    )
