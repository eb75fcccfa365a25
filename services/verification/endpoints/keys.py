"""The operator issues keys to softwares and takes them back. A key is shown once; only its digest is kept."""

from datetime import UTC, datetime
from secrets import token_bytes
from typing import Annotated, cast

from fastapi import Depends, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.verification.domain.directory import Software
from services.verification.domain.keys import KeyRefused, with_key, without_key
from services.verification.ports import DirectoryStore, SoftwareTouched
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router
from shared.chassis.keys import SECRET_BYTES, make_key, secret_sha256, secret_text
from shared.contracts.access import Credential, Mode
from shared.contracts.problems import PROBLEMS
from shared.values import CredentialId, SoftwareSlug, ValueRejected

routes = router()

ByOperator = Annotated[Call, Depends(caller("operator"))]
_ID_BYTES = 8


class KeyOrder(BaseModel):
    """The key that the operator wants issued; without `scopes` it may do what the software may."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Mode
    scopes: tuple[str, ...] = Field((), max_length=10)
    ends_at: AwareDatetime | None = None


class KeyView(BaseModel):
    """A key without its secret."""

    credential_id: CredentialId
    mode: Mode
    scopes: tuple[str, ...]
    ends_at: datetime | None


class IssuedKey(KeyView):
    """A key as it is shown once, and never again."""

    key: str


class Keys(BaseModel):
    """The keys of one software."""

    keys: tuple[KeyView, ...]


@routes.get("/v1/directory/softwares/{software}/keys")
async def list_keys(software: SoftwareSlug, call: ByOperator) -> Keys:
    """The keys of a software, in the order in which they were issued."""
    async with call.transaction() as tx:
        known = await _locked(tx, software)
    return Keys(keys=tuple(KeyView(**_facts(each)) for each in known.credentials))


@routes.post("/v1/directory/softwares/{software}/keys", status_code=201)
async def issue_key(software: SoftwareSlug, order: KeyOrder, call: ByOperator, response: Response) -> IssuedKey:
    """Issue a key. Two of a mode work at the same time; a third is refused until one is taken back or ends."""
    secret = token_bytes(SECRET_BYTES)
    digest = secret_sha256(secret_text(secret))
    async with call.transaction() as tx:
        known = await _locked(tx, software)
        ends_at = order.ends_at.astimezone(UTC) if order.ends_at else None
        key = Credential(
            id=CredentialId(token_bytes(_ID_BYTES).hex()),
            secret_sha256=digest,
            scopes=order.scopes,
            mode=order.mode,
            ends_at=ends_at,
        )
        changed = with_key(known, key, tx.now)
        if isinstance(changed, KeyRefused):
            raise refused(changed)
        await _save(tx, changed)
    response.headers["Cache-Control"] = "no-store"
    return IssuedKey(**_facts(key), key=make_key(order.mode, key.id, secret))


@routes.delete("/v1/directory/softwares/{software}/keys/{credential_id}", status_code=204)
async def take_key_back(software: SoftwareSlug, credential_id: str, call: ByOperator) -> Response:
    """Take a key back: no service knows it any more within seconds."""
    async with call.transaction() as tx:
        changed = without_key(await _locked(tx, software), _id(credential_id))
        if changed is None:
            raise _unknown_key()
        await _save(tx, changed)
    return Response(status_code=204)


def refused(why: KeyRefused) -> Problem:
    """The answer for keys that may not be as they were entered."""
    return Problem(PROBLEMS[why.code].statuses[0], why.code, f"found {why.found}, expected {why.expected}")


def unknown_software(software: SoftwareSlug) -> Problem:
    """The answer for a software that nobody entered."""
    return Problem(404, "software_unknown", f"found no software {software} in the directory")


async def _locked(tx: CallTransaction, software: SoftwareSlug) -> Software:
    known = await cast(DirectoryStore, tx.store).lock_software(software)
    if known is None:
        raise unknown_software(software)
    return known


async def _save(tx: CallTransaction, software: Software) -> None:
    await cast(DirectoryStore, tx.store).put_software(software)
    tx.do(SoftwareTouched(software=software.software), f"software:{software.software}", once=True)


def _id(text: str) -> CredentialId:
    try:
        return CredentialId(text)
    except ValueRejected:
        raise _unknown_key() from None


def _unknown_key() -> Problem:
    return Problem(404, "key_unknown", "found no such key of this software")


def _facts(key: Credential) -> dict[str, object]:
    return {"credential_id": key.id, "mode": key.mode, "scopes": key.scopes, "ends_at": key.ends_at}
