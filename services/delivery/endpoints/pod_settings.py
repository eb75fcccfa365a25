"""What the caller's software takes the v2 way, and who may fetch so."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.delivery.domain.deliverables import MODELS, Model
from services.delivery.domain.pods import CodBytes, PodSettings
from services.delivery.endpoints.answers import described
from services.delivery.endpoints.pod_answers import PodChannel
from services.delivery.ports import ReadingStore
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller

routes = APIRouter()
OfficeOrSoftware = Annotated[Call, Depends(caller("office", "software"))]

_OF_SOFTWARES: tuple[Model, ...] = ("coda",)
"""All that a billing software's feed may hold: there are clients that throw on anything else (fact 10)."""


class PodChoice(BaseModel):
    """What the caller's software takes the v2 way, by default all; `cod`: in ASCII, or the bank's bytes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    models: frozenset[Model] | None = Field(None, description="for offices; a billing software's feed holds coda only")
    cod: CodBytes = "ascii"


@routes.get("/v1/channels/v2", responses=described(PodChannel))
async def read_pod_settings(call: OfficeOrSoftware) -> dict[str, Any]:
    """What the caller's software takes the v2 way."""
    async with call.transaction() as tx:
        return _channel(call, await cast(ReadingStore, tx.store).pod_settings(call.principal.text))


@routes.put("/v1/channels/v2", responses=described(PodChannel))
async def choose_pod_settings(choice: PodChoice, call: OfficeOrSoftware) -> dict[str, Any]:
    """Choose it; what is left out is as in the beginning. It holds from the next call on, for what waits as well.

    422 `model_not_offered`: a billing software's feed holds CODA only.
    """
    if call.principal.kind == "software" and choice.models not in (None, frozenset(_OF_SOFTWARES)):
        raise Problem(422, "model_not_offered", "found a model beside coda, expected coda alone for a software")
    models = tuple(model for model in MODELS if choice.models is None or model in choice.models)
    settings = PodSettings(models, choice.cod)
    async with call.transaction() as tx:
        await cast(ReadingStore, tx.store).save_pod_settings(call.principal.text, settings)
    return _channel(call, settings)


def may_fetch(call: Call) -> None:
    """Raises `Problem` 403 for a connection, or a software, that was not given the right to read statements."""
    if call.principal.kind != "office" and "statements:read" not in call.principal.scopes:
        raise Problem(403, "scope_missing", "These credentials do not have the scope statements:read.")


def taken(call: Call, settings: PodSettings) -> tuple[Model, ...]:
    """The models that the caller's software takes."""
    return settings.models if call.principal.kind == "office" else _OF_SOFTWARES


async def settings_of(call: Call, store: ReadingStore) -> PodSettings:
    """What the office, or the software behind the connection, chose."""
    principal = call.principal
    return await store.pod_settings(principal.text if principal.kind == "office" else f"software:{principal.software}")


def _channel(call: Call, settings: PodSettings) -> dict[str, Any]:
    return {"href": "/v2/delivery/pod-client", "models": list(taken(call, settings)), "cod": settings.cod}
