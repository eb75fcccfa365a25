"""Redelivery: an office asks for documents once more, sees beforehand what that is, and how far it is."""

from collections.abc import Collection
from typing import Annotated, Any, cast, get_args
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.delivery.domain.channels import ChannelKind
from services.delivery.domain.listing import DocumentFilter
from services.delivery.domain.redelivery import MOST_DOCUMENTS, MOST_OPEN, Preview, Redeliver, Redelivery
from services.delivery.endpoints.answers import described
from services.delivery.endpoints.document_answers import RedeliveryView
from services.delivery.endpoints.document_queries import Moment, Text, end_of, start_of
from services.delivery.ports import ReadingStore
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller
from shared.values import DocumentId, EnterpriseNumber, OfficeId, RedeliveryId, ValueRejected

_KEYS = UUID("0b8f3f0e-6f53-5a0c-9a54-6d2f1c5f7a21")
"""The name space of ids that follow from an idempotency key."""

routes = APIRouter()
Office = Annotated[Call, Depends(caller("office"))]


class Wish(BaseModel):
    """What is to come again: at least one of companies, client codes, a time of receipt and documents; what is named
    narrows it. Days and moments belong to it themselves.

    `channels` are ids or kinds of the office's channels, `feed` and `v2` among them; none named: all. With `dry_run`
    nothing comes, and the answer tells what would.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    companies: tuple[EnterpriseNumber, ...] = Field((), max_length=1_000)
    client_codes: tuple[Text, ...] = Field((), max_length=1_000)
    received_from: Moment | None = None
    received_to: Moment | None = None
    documents: tuple[DocumentId, ...] = Field((), max_length=10_000)
    channels: tuple[Text, ...] = Field((), max_length=30)
    dry_run: bool = False

    @model_validator(mode="after")
    def _names_something(self) -> "Wish":
        if not (self.companies or self.client_codes or self.documents or self.received_from or self.received_to):
            raise ValueError("name companies, client codes, documents or a time of receipt")
        return self

    @property
    def wanted(self) -> DocumentFilter:
        """What the documents must be. Raises `Problem` 422 where the time of receipt cannot be used."""
        return DocumentFilter(
            companies=self.companies,
            client_codes=self.client_codes,
            documents=self.documents,
            received_from=start_of(self.received_from, "received_from"),
            received_to=end_of(self.received_to, "received_to"),
        )


@routes.post("/v1/redeliveries", responses={**described(RedeliveryView), **described(RedeliveryView, 202)})
async def ask_redelivery(wish: Wish, call: Office, response: Response) -> dict[str, Any]:
    """Have documents delivered once more; 202, and they come within moments, in the order in which they came before.

    In the feed they move to new positions, are open again, and name the redelivery. With the same `Idempotency-Key`
    it is asked for once. 404 `channel_unknown`; 422 `redelivery_too_large` above 100,000 documents; 429 `rate_limited`
    while ten others are not finished.
    """
    async with call.transaction() as tx:
        store, office = cast(ReadingStore, tx.store), OfficeId(call.principal.id)
        await _require_channels(store, office, wish.channels)
        preview = await store.preview_redelivery(office, wish.wanted)
        if preview.documents > MOST_DOCUMENTS:
            detail = f"found {preview.documents} documents, expected at most {MOST_DOCUMENTS}"
            raise Problem(422, "redelivery_too_large", detail)
        if wish.dry_run:
            return _preview(preview, wish)
        response.status_code = 202
        return _view(await _asked(call, tx, wish, preview))


@routes.get("/v1/redeliveries/{redelivery_id}", responses=described(RedeliveryView))
async def show_redelivery(redelivery_id: str, call: Office) -> dict[str, Any]:
    """How far a redelivery is. 404 `redelivery_unknown`, also for somebody else's."""
    try:
        wanted = RedeliveryId(redelivery_id)
    except ValueRejected:
        raise _unknown() from None
    async with call.transaction() as tx:
        found = await cast(ReadingStore, tx.store).redelivery(wanted)
    if found is None:
        raise _unknown()
    return _view(found)


async def _require_channels(store: ReadingStore, office: OfficeId, named: Collection[str]) -> None:
    """Raises `Problem` 404 `channel_unknown` for the first that is neither a kind nor a channel of the office's own."""
    kinds = {"feed", "v2", *get_args(ChannelKind)}
    own = {each.channel_id for each in await store.own_channels(office)} if set(named) - kinds else set()
    for name in named:
        if name not in kinds and name not in own:
            detail = f"found {name!r}, expected {', '.join(sorted(kinds))} or the id of a channel of yours"
            raise Problem(404, "channel_unknown", detail)


async def _asked(call: Call, tx: CallTransaction, wish: Wish, preview: Preview) -> Redelivery:
    """The redelivery, new or as it is since it was asked for with the same key."""
    store = cast(ReadingStore, tx.store)
    redelivery = Redelivery(
        redelivery_id=_id_of(call, tx),
        office_id=OfficeId(call.principal.id),
        mode=call.principal.mode,
        asked_at=tx.now,
        preview=preview,
        asked=wish.model_dump_json(exclude_defaults=True),
        channels=tuple(dict.fromkeys(wish.channels)),
        finished_at=None if preview.documents else tx.now,
    )
    known = await store.redelivery(redelivery.redelivery_id)
    if known is None and await store.open_redeliveries(redelivery.office_id) >= MOST_OPEN:
        detail = f"found {MOST_OPEN} redeliveries that are not finished, expected fewer"
        raise Problem(429, "rate_limited", detail, headers={"Retry-After": "10"})
    if await store.add_redelivery(redelivery, wish.wanted):
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
    return {**shown, **_counts(preview), "channels": wish.channels}


def _view(redelivery: Redelivery) -> dict[str, Any]:
    return {
        "id": redelivery.redelivery_id,
        "dry_run": False,
        "state": redelivery.state,
        **_counts(redelivery.preview),
        "channels": redelivery.channels,
        "done": redelivery.done,
        "asked_at": redelivery.asked_at,
        "finished_at": redelivery.finished_at,
    }


def _counts(preview: Preview) -> dict[str, int]:
    return {
        "documents": preview.documents,
        "companies": preview.companies,
        "never_fetched": preview.never_fetched,
    }


def _unknown() -> Problem:
    return Problem(404, "redelivery_unknown", "There is no such redelivery for this caller.")
