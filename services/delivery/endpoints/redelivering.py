"""Redelivery: an office asks for documents or statements once more, or a software for statements, sees beforehand what
that is, and how far it is."""

from collections.abc import Collection
from typing import Annotated, Any, cast, get_args
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Response

from services.delivery.domain.channels import ChannelKind
from services.delivery.domain.deliverables import Model
from services.delivery.domain.redelivery import MOST_DOCUMENTS, MOST_OPEN, Preview, Redeliver, Redelivery
from services.delivery.endpoints.answers import described
from services.delivery.endpoints.document_answers import RedeliveryView
from services.delivery.endpoints.pod_settings import may_fetch
from services.delivery.endpoints.redelivery_wishes import Wish
from services.delivery.ports import ReadingStore
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller
from shared.values import Iban, OfficeId, RedeliveryId, SoftwareSlug, ValueRejected

_KEYS = UUID("0b8f3f0e-6f53-5a0c-9a54-6d2f1c5f7a21")
"""The name space of ids that follow from an idempotency key."""

routes = APIRouter()
Asker = Annotated[Call, Depends(caller("office", "software"))]
_OF_A_SOFTWARE = frozenset({"stream", "v2"})


@routes.post("/v1/redeliveries", responses={**described(RedeliveryView), **described(RedeliveryView, 202)})
async def ask_redelivery(wish: Wish, call: Asker, response: Response) -> dict[str, Any]:
    """Have documents, or statements, delivered once more; 202, and they come within moments, in the order in which they
    came before.

    In an office's feed they move to new positions, are open again, and name the redelivery. A software asks for
    statements, of which it is told by events with new ids. With the same `Idempotency-Key`
    it is asked for once. 404 `channel_unknown`; 422 `redelivery_too_large` above 100,000 documents; 429 `rate_limited`
    while ten others are not queued.
    """
    async with call.transaction() as tx:
        store, owner = cast(ReadingStore, tx.store), _owner(call, wish)
        await _require_channels(store, owner, wish.channels)
        preview, silent = await _preview_of(store, owner, wish)
        if preview.documents > MOST_DOCUMENTS:
            detail = f"found {preview.documents} documents, expected at most {MOST_DOCUMENTS}"
            raise Problem(422, "redelivery_too_large", detail)
        if wish.dry_run:
            return {**_preview(preview, wish), "accounts_without_statements": silent}
        response.status_code = 202
        return {**_view(await _asked(call, tx, wish, preview, owner)), "accounts_without_statements": silent}


@routes.get("/v1/redeliveries/{redelivery_id}", responses=described(RedeliveryView))
async def show_redelivery(redelivery_id: str, call: Asker) -> dict[str, Any]:
    """How far a redelivery is: `queued`, `running`, then `finished` when every channel has all of it, or
    `partly_failed` when channels gave up some of it; `failed` when it stopped for a `reason` of ours. 404
    `redelivery_unknown`, also for somebody else's."""
    async with call.transaction() as tx:
        return _view(await _found(cast(ReadingStore, tx.store), redelivery_id))


@routes.post("/v1/redeliveries/{redelivery_id}/start", status_code=202, responses=described(RedeliveryView, 202))
async def start_redelivery(redelivery_id: str, call: Asker) -> dict[str, Any]:
    """Start a redelivery that `failed` again, from where it stopped; any other one goes on as it is. What channels gave
    up is tried again by `POST /v1/channels/{channel_id}/retry`."""
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        found = await _found(store, redelivery_id)
        if await store.start_redelivery_again(found.redelivery_id):
            tx.do(Redeliver(redelivery_id=found.redelivery_id), found.redelivery_id, once=True)
        return _view(await _found(store, redelivery_id))


async def _found(store: ReadingStore, redelivery_id: str) -> Redelivery:
    """Raises `Problem` 404 `redelivery_unknown`."""
    try:
        wanted = RedeliveryId(redelivery_id)
    except ValueRejected:
        raise _unknown() from None
    found = await store.redelivery(wanted)
    if found is None:
        raise _unknown()
    return found


def _owner(call: Call, wish: Wish) -> OfficeId | SoftwareSlug:
    """Who asks. Raises `Problem` 422 for a software that asks for documents, or by an office's codes; 403
    `scope_missing`."""
    if call.principal.kind == "office":
        return OfficeId(call.principal.id)
    may_fetch(call)
    if wish.statements is None or wish.statements.client_codes:
        pointer = "/statements" if wish.statements is None else "/statements/client_codes"
        detail = "a software asks for statements, and without the codes of offices"
        told = {"pointer": pointer, "code": "request_malformed", "detail": detail}
        raise Problem(422, "request_malformed", detail, errors=[told])
    return SoftwareSlug(call.principal.id)


async def _preview_of(
    store: ReadingStore, owner: OfficeId | SoftwareSlug, wish: Wish
) -> tuple[Preview, list[Iban] | None]:
    """With the accounts that are named and have no statement in it, where accounts are named."""
    if wish.statements is None:
        return await store.preview_redelivery(OfficeId(owner), wish.wanted), None
    preview, found = await store.preview_statements(owner, wish.statements.wanted)
    return preview, [each for each in wish.statements.accounts if each not in found]


async def _require_channels(store: ReadingStore, owner: OfficeId | SoftwareSlug, named: Collection[str]) -> None:
    """Raises `Problem` 404 `channel_unknown` for the first that is neither a kind nor a channel of the caller's own."""
    office = owner if isinstance(owner, OfficeId) else None
    kinds = {"feed", "v2", *get_args(ChannelKind)} if office is not None else _OF_A_SOFTWARE
    own: set[str] = set()
    if office is not None and set(named) - kinds:
        own |= {each.channel_id for each in await store.own_channels(office)}
    for name in named:
        if name not in kinds and name not in own:
            detail = f"found {name!r}, expected {', '.join(sorted(kinds))} or the id of a channel of yours"
            raise Problem(404, "channel_unknown", detail)


async def _asked(
    call: Call, tx: CallTransaction, wish: Wish, preview: Preview, owner: OfficeId | SoftwareSlug
) -> Redelivery:
    """The redelivery, new or as it is since it was asked for with the same key."""
    store = cast(ReadingStore, tx.store)
    redelivery = Redelivery(
        redelivery_id=_id_of(call, tx),
        office_id=owner if isinstance(owner, OfficeId) else None,
        software=owner if isinstance(owner, SoftwareSlug) else None,
        model=_model(wish),
        mode=call.principal.mode,
        asked_at=tx.now,
        preview=preview,
        asked=wish.model_dump_json(exclude_defaults=True),
        channels=tuple(dict.fromkeys(wish.channels)),
        queued_at=None if preview.documents else tx.now,
    )
    known = await store.redelivery(redelivery.redelivery_id)
    if known is None and await store.open_redeliveries(owner) >= MOST_OPEN:
        detail = f"found {MOST_OPEN} redeliveries that are not finished, expected fewer"
        raise Problem(429, "rate_limited", detail, headers={"Retry-After": "10"})
    if await store.add_redelivery(redelivery, wish.statements.wanted if wish.statements else wish.wanted):
        if preview.documents:
            tx.do(Redeliver(redelivery_id=redelivery.redelivery_id), redelivery.redelivery_id, once=True)
        return redelivery
    known = await store.redelivery(redelivery.redelivery_id)
    if known is None or known.asked != redelivery.asked:
        detail = "found another body than with this key before, expected the same one"
        raise Problem(422, "idempotency_key_reused", detail)
    return known


def _id_of(call: Call, tx: CallTransaction) -> RedeliveryId:
    if call.idempotency_key is None:
        return RedeliveryId.of(tx.cause.derived_id("redelivery"))
    return RedeliveryId.of(uuid5(_KEYS, f"{call.principal.text}/{call.principal.mode}/{call.idempotency_key}"))


def _preview(preview: Preview, wish: Wish) -> dict[str, Any]:
    shown = {"id": None, "dry_run": True, "state": "preview", "done": 0, "asked_at": None, "finished_at": None}
    shown |= {"waiting": 0, "failed": 0, "reason": ""}
    return {**shown, "model": _model(wish), **_counts(preview), "channels": wish.channels}


def _model(wish: Wish) -> Model:
    return "sales_invoice" if wish.statements is None else "coda"


def _view(redelivery: Redelivery) -> dict[str, Any]:
    return {
        "id": redelivery.redelivery_id,
        "dry_run": False,
        "state": redelivery.state,
        "model": redelivery.model,
        **_counts(redelivery.preview),
        "channels": redelivery.channels,
        "done": redelivery.done,
        "waiting": redelivery.on_channels.waiting,
        "failed": redelivery.on_channels.failed,
        "reason": redelivery.failure,
        "asked_at": redelivery.asked_at,
        "finished_at": redelivery.finished_at,
    }


def _counts(preview: Preview) -> dict[str, int]:
    return {
        "documents": preview.documents,
        "companies": preview.companies,
        "accounts": preview.accounts,
        "never_fetched": preview.never_fetched,
    }


def _unknown() -> Problem:
    return Problem(404, "redelivery_unknown", "There is no such redelivery for this caller.")
