"""Bytes from the document store, the headers that prove them, and what follows when an office reads them."""

import base64
import hashlib
from collections.abc import Awaitable
from typing import Any, TypeVar, cast

from services.delivery.domain.documents import Document, advance
from services.delivery.endpoints.document_views import found
from services.delivery.ports import Originals, ReadingStore
from shared.chassis.calls import CallTransaction, unavailable
from shared.chassis.errors import InvalidMessage, Problem, Unavailable
from shared.chassis.http import Call
from shared.contracts.deliveries import DocumentFetched
from shared.contracts.documents import Claim
from shared.values import Language, OfficeId

Made = TypeVar("Made")
_NOT_THE_DOCUMENT = frozenset({"document_missing", "document_damaged", "claim_malformed"})
"""What the document store says of what it lost: whoever asked for a page is not told that the document is bad."""


async def language_of(call: Call, accepted: str | None) -> Language:
    """The office's own; of a software no language is known but what its call asks for."""
    if call.principal.kind == "office":
        own = OfficeId(call.principal.id)
        async with call.transaction() as tx:
            known = (await cast(ReadingStore, tx.store).offices({own})).get(own)
        if known is not None:
            return known.language
    return Language.best(accepted, Language.NL)


async def read_bytes(call: Call, claim: Claim) -> bytes:
    """Raises `Problem` 503 `temporarily_unavailable` while the store does not answer or gives other bytes."""
    originals: Originals = call.resources["documents"]
    try:
        return await originals.get(claim)
    except (Unavailable, InvalidMessage) as error:
        raise Problem(
            503,
            "temporarily_unavailable",
            "The document cannot be read now; the same call may succeed later.",
            headers={"Retry-After": "2"},
        ) from error


async def made(making: Awaitable[Made]) -> Made:
    """What a renderer makes. Raises `Problem` 503 while it or the store does not answer, 422 `document_invalid` for
    what cannot be made.
    """
    try:
        return await making
    except Unavailable as error:
        raise unavailable(2) from error
    except InvalidMessage as error:
        if error.code in _NOT_THE_DOCUMENT:
            raise unavailable(2) from error
        raise Problem(422, "document_invalid", "No such file can be made of this document.") from error


def digest_of(data: bytes) -> dict[str, str]:
    """RFC 9530 §3: the digest of what is sent, which may have been made just now."""
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    return {"Repr-Digest": f"sha-256=:{digest}:", "X-Content-Type-Options": "nosniff"}


def digest_headers(claim: Claim) -> dict[str, str]:
    """RFC 9530 §3: the digest of the bytes, so that a client can prove what it read."""
    digest = base64.b64encode(bytes.fromhex(claim.sha256)).decode()
    return {"Repr-Digest": f"sha-256=:{digest}:", "X-Content-Type-Options": "nosniff"}


async def note_fetched(call: Call, document_id: str, channel: str = "feed") -> None:
    """The office read one of the document's files: the first time, `document.fetched` follows."""
    async with call.transaction() as tx:
        document = await found(cast(ReadingStore, tx.store).lock_document, document_id)
        await fetched(tx, [document], channel)


async def fetched(tx: CallTransaction, documents: list[Document], channel: str = "feed") -> list[Document]:
    """These documents, locked, as they are once the office has read them; tells of those that it read first now."""
    fresh = [document for document in documents if not document.was("fetched")]
    moved = {each.document_id: advance(each, "fetched", tx.now, channel, tx.cause.id) for each in fresh}
    if moved:
        await cast(ReadingStore, tx.store).save_progress(list(moved.values()))
    for document in moved.values():
        tx.publish(DocumentFetched(**at_office(document), fetched_at=tx.now), sequence=document.version)
    return [moved.get(document.document_id, document) for document in documents]


def at_office(document: Document) -> dict[str, Any]:
    """Which document it is, as the events of its office say it."""
    names = ("document_id", "enterprise_number", "office_id", "software")
    return {name: getattr(document, name) for name in names}
