"""Webhook endpoints of a software: where it hears, with which secret, and switching it on and off."""

from dataclasses import replace
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from services.delivery.domain.addresses import Reach
from services.delivery.domain.signatures import secret_of, secret_text
from services.delivery.domain.webhooks import (
    MOST_ENDPOINTS,
    SendWebhooks,
    WebhookEndpoint,
    disabled,
    enabled,
    rotated,
)
from services.delivery.endpoints.answers import (
    WebhookEndpoints,
    WebhookEndpointView,
    WebhookEndpointWithSecret,
    described,
)
from services.delivery.ports import ReadingStore
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller
from shared.contracts.public import PublicType
from shared.values import SoftwareSlug, ValueRejected, WebhookEndpointId

routes = APIRouter()
Software = Annotated[Call, Depends(caller("software"))]
Url = Annotated[str, Field(min_length=1, max_length=2_000, description="https, without user name and fragment")]
Types = Annotated[tuple[PublicType, ...], Field(max_length=100, description="which events; none named: all")]
Description = Annotated[str, Field(max_length=200)]


class NewEndpoint(BaseModel):
    """A webhook endpoint as it is asked for."""

    url: Url
    types: Types = ()
    description: Description = ""


class EndpointChange(BaseModel):
    """What is to be otherwise; what is not named stays."""

    url: Url | None = None
    types: Types | None = None
    description: Description | None = None
    enabled: bool | None = None


@routes.post("/v1/webhook_endpoints", status_code=201, responses=described(WebhookEndpointWithSecret, 201))
async def create_webhook_endpoint(asked: NewEndpoint, call: Software, response: Response) -> dict[str, Any]:
    """A new endpoint, which hears what happens from now on. Its `secret` is shown here and at rotation only.

    422 `webhook_url_malformed`, `webhook_url_not_https`, `webhook_url_port` or `webhook_url_address`.
    409 `webhook_endpoints_exhausted` beyond 5. With the same `Idempotency-Key` the same answer.
    """
    url = _checked(call, asked.url)
    software = SoftwareSlug(call.principal.id)
    endpoint_id = WebhookEndpointId.of(call.cause.derived_id("webhook_endpoint"))
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        endpoint = await store.webhook(endpoint_id)
        if endpoint is None:
            if len(await store.own_webhooks(software)) >= MOST_ENDPOINTS:
                detail = f"There are {MOST_ENDPOINTS} endpoints already; remove one first."
                raise Problem(409, "webhook_endpoints_exhausted", detail)
            endpoint = WebhookEndpoint(
                endpoint_id=endpoint_id,
                software=software,
                url=url,
                created_at=tx.now,
                mode=call.principal.mode,
                description=asked.description,
                types=asked.types,
                position=await store.position_before(software, tx.now),
            )
            await store.save_webhook(endpoint)
            _send_soon(tx, endpoint)
    response.headers["Location"] = f"/v1/webhook_endpoints/{endpoint_id}"
    return _with_secret(call, endpoint, response)


@routes.get("/v1/webhook_endpoints", responses=described(WebhookEndpoints))
async def list_webhook_endpoints(call: Software) -> dict[str, Any]:
    """All endpoints of the software, oldest first."""
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        found = await store.own_webhooks(SoftwareSlug(call.principal.id))
        waiting = await store.waiting_counts([each.endpoint_id for each in found])
    return {"webhook_endpoints": [view(each, waiting.get(each.endpoint_id, 0)) for each in found]}


@routes.get("/v1/webhook_endpoints/{endpoint_id}", responses=described(WebhookEndpointView))
async def read_webhook_endpoint(endpoint_id: str, call: Software) -> dict[str, Any]:
    """How an endpoint is doing. 404 `webhook_endpoint_unknown`, also for somebody else's."""
    async with call.transaction() as tx:
        endpoint = await found_endpoint(tx, endpoint_id)
        return await _seen(tx, endpoint)


@routes.patch("/v1/webhook_endpoints/{endpoint_id}", responses=described(WebhookEndpointView))
async def change_webhook_endpoint(endpoint_id: str, change: EndpointChange, call: Software) -> dict[str, Any]:
    """Another address, other events, off or on. Switched on again it hears all that it missed, up to 30 days.

    422 `webhook_url_malformed`, `webhook_url_not_https`, `webhook_url_port` or `webhook_url_address`.
    """
    url = _checked(call, change.url) if change.url is not None else None
    async with call.transaction() as tx:
        endpoint = await found_endpoint(tx, endpoint_id, lock=True)
        changed = replace(
            endpoint,
            url=endpoint.url if url is None else url,
            types=endpoint.types if change.types is None else change.types,
            description=endpoint.description if change.description is None else change.description,
        )
        if change.enabled is False:
            changed = disabled(changed, "by_software", tx.now)
        elif change.enabled:
            # Also while it is on: whoever mended it need not wait for the next try.
            changed = enabled(changed)
            await cast(ReadingStore, tx.store).try_waiting_now(changed.endpoint_id, tx.now)
            _send_soon(tx, changed)
        await cast(ReadingStore, tx.store).save_webhook(changed)
        return await _seen(tx, changed)


@routes.delete("/v1/webhook_endpoints/{endpoint_id}", status_code=204)
async def remove_webhook_endpoint(endpoint_id: str, call: Software) -> None:
    """It hears nothing more; its log is removed with it."""
    async with call.transaction() as tx:
        endpoint = await found_endpoint(tx, endpoint_id)
        await cast(ReadingStore, tx.store).remove_webhook(endpoint.endpoint_id)


@routes.post("/v1/webhook_endpoints/{endpoint_id}/rotate", responses=described(WebhookEndpointWithSecret))
async def rotate_webhook_secret(endpoint_id: str, call: Software, response: Response) -> dict[str, Any]:
    """A new secret. For 24 hours every call is signed with both, so that nothing is lost while it is put in place."""
    async with call.transaction() as tx:
        endpoint = rotated(await found_endpoint(tx, endpoint_id, lock=True), tx.now)
        await cast(ReadingStore, tx.store).save_webhook(endpoint)
    return _with_secret(call, endpoint, response)


async def found_endpoint(tx: CallTransaction, text: str, *, lock: bool = False) -> WebhookEndpoint:
    """Raises `Problem` 404 `webhook_endpoint_unknown`: there is none for this caller."""
    store = cast(ReadingStore, tx.store)
    try:
        endpoint_id = WebhookEndpointId(text)
    except ValueRejected:
        raise _unknown() from None
    endpoint = await (store.lock_webhook(endpoint_id) if lock else store.webhook(endpoint_id))
    if endpoint is None:
        raise _unknown()
    return endpoint


def view(endpoint: WebhookEndpoint, waiting: int) -> dict[str, Any]:
    """An endpoint as its software sees it; `waiting` is how many events wait for another try, or behind one."""
    return {
        "id": endpoint.endpoint_id,
        "url": endpoint.url,
        "description": endpoint.description,
        "types": list(endpoint.types),
        "created_at": endpoint.created_at,
        "enabled": endpoint.enabled,
        "disabled_reason": endpoint.disabled_reason or None,
        "disabled_at": endpoint.disabled_at,
        "failures_in_a_row": endpoint.failures,
        "paused_until": endpoint.slow_until,
        "waiting": waiting,
        "replay_running": endpoint.replay is not None,
        "older_secrets_end_at": [each.ends_at for each in endpoint.older_secrets],
    }


async def _seen(tx: CallTransaction, endpoint: WebhookEndpoint) -> dict[str, Any]:
    counts = await cast(ReadingStore, tx.store).waiting_counts([endpoint.endpoint_id])
    return view(endpoint, counts.get(endpoint.endpoint_id, 0))


def _with_secret(call: Call, endpoint: WebhookEndpoint, response: Response) -> dict[str, Any]:
    response.headers["Cache-Control"] = "no-store"
    secret = secret_of(call.resources["webhook_key"], endpoint.endpoint_id, endpoint.generation)
    return {**view(endpoint, 0), "secret": secret_text(secret)}


def _send_soon(tx: CallTransaction, endpoint: WebhookEndpoint) -> None:
    tx.do(SendWebhooks(endpoint_id=endpoint.endpoint_id), endpoint.endpoint_id, once=True)


def _checked(call: Call, url: str) -> str:
    reach: Reach = call.resources["webhook_reach"]
    try:
        return reach.checked_url(url)
    except ValueRejected as error:
        told = {"code": error.code, "detail": str(error), "found": error.found, "expected": error.expected}
        raise Problem(422, error.code, str(error), errors=[{"pointer": "/url", **told}]) from None


def _unknown() -> Problem:
    return Problem(404, "webhook_endpoint_unknown", "There is no such webhook endpoint for this caller.")
