"""Documents by claim check: stored under their own digest before the event that names them is written."""

import asyncio
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from shared.chassis.errors import InvalidMessage, Unavailable
from shared.contracts.documents import Claim
from shared.values import Sha256

UNASSIGNED = "unassigned"
"""The owner of documents whose company is not known yet."""
ASIDE = "swept"
"""Where what no row refers to lies for a day before it is gone; see `deploy.sweep`."""
_OWNER = re.compile(r"[0-9]{10}|unassigned")
_PATH = re.compile(r"(?:[0-9]{10}|unassigned)/[0-9a-f]{64}")
_WRITTEN_AT_ONCE = 32
"""Documents that are on their way to a store that is not a folder."""

Document = tuple[bytes, str, str]
"""What to store, its owner and its media type."""


class Documents:
    """The object store behind a URL: `file:///...` is a folder (made when absent), else S3 and friends.

    An object lies at `<owner>/<sha256>`, so one company can be erased, and writing twice changes nothing.
    """

    def __init__(self, url: str) -> None:
        self._store = store_of(url)
        is_folder = isinstance(self._store, LocalStore)
        self._get = _get_in_thread if is_folder else _get
        self._put = _put_in_thread if is_folder else _put

    async def put(self, data: bytes, owner: str, media_type: str) -> Claim:
        """Store a document for an owner (enterprise number or `unassigned`). Raises `Unavailable`.

        Also when it is there already: its age must be that of the last event that may name it.
        """
        [claim] = await self.put_all([(data, owner, media_type)])
        return claim

    async def put_all(self, documents: Sequence[Document]) -> list[Claim]:
        """Store many as `put` does one, and return their claims in the same order. Raises `Unavailable`."""
        claims = [_claim_of(*document) for document in documents]
        paths = [claim.path for claim in claims]
        try:
            await self._put(self._store, list(zip(paths, [data for data, *_ in documents], strict=True)))
        except (BaseError, OSError) as error:
            raise Unavailable(f"the object store did not take a document: {type(error).__name__}") from error
        return claims

    async def get(self, claim: Claim) -> bytes:
        """The document, proven to be the one of the claim.

        Raises `Unavailable` when the store does not answer, `InvalidMessage` with `document_missing`,
        `document_damaged` or `claim_malformed`.
        """
        if _PATH.fullmatch(claim.path) is None:
            raise InvalidMessage(
                "claim_malformed", "no path of a document", found=claim.path[:80], expected="<owner>/<sha256>"
            )
        try:
            data = await self._found(claim.path)
        except (NotFoundError, FileNotFoundError) as error:
            raise InvalidMessage(
                "document_missing", "the object store has no such document", where=claim.path
            ) from error
        except (BaseError, OSError) as error:
            raise Unavailable(f"the object store does not answer: {type(error).__name__}") from error
        found = hashlib.sha256(data).hexdigest()
        if found != claim.sha256:
            raise InvalidMessage(
                "document_damaged",
                "the stored bytes are not those of the claim",
                where=claim.path,
                found=found,
                expected=claim.sha256,
            )
        return data

    async def _found(self, path: str) -> bytes:
        """What was set aside as nobody's and is somebody's after all is put back."""
        try:
            return await self._get(self._store, path)
        except (NotFoundError, FileNotFoundError):
            data = await self._get(self._store, f"{ASIDE}/{path}")
            await self._put(self._store, [(path, data)])
            return data


def _claim_of(data: bytes, owner: str, media_type: str) -> Claim:
    if _OWNER.fullmatch(owner) is None:
        raise ValueError(f"documents belong to ten digits or {UNASSIGNED!r}, found {owner!r}")
    digest = hashlib.sha256(data).hexdigest()
    return Claim(path=f"{owner}/{digest}", sha256=Sha256(digest), size=len(data), media_type=media_type)


async def _put(store: ObjectStore, objects: Sequence[tuple[str, bytes]]) -> None:
    for first in range(0, len(objects), _WRITTEN_AT_ONCE):
        some = objects[first : first + _WRITTEN_AT_ONCE]
        await asyncio.gather(*(obstore.put_async(store, path, data, use_multipart=False) for path, data in some))


async def _put_in_thread(store: ObjectStore, objects: Sequence[tuple[str, bytes]]) -> None:
    """Into a folder: one thread for all of them, for the way into the threads of obstore and back costs as much as
    writing a file does."""

    def write() -> None:
        for path, data in objects:
            obstore.put(store, path, data, use_multipart=False)

    await asyncio.to_thread(write)


async def _get(store: ObjectStore, path: str) -> bytes:
    answer = await obstore.get_async(store, path)
    return bytes(await answer.bytes_async())


async def _get_in_thread(store: ObjectStore, path: str) -> bytes:
    """Of a folder: what comes and goes between the threads of obstore costs three times what reading a file does."""
    return await asyncio.to_thread(lambda: bytes(obstore.get(store, path).bytes()))


def store_of(url: str) -> ObjectStore:
    """The store behind a URL."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return LocalStore(Path(unquote(parts.path)), mkdir=True)
    return from_url(url)
