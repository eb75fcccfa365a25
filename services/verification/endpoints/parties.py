"""Softwares and offices: who calls, and by which keys. Only digests of keys come in, none goes out."""

from dataclasses import replace
from typing import Annotated, Literal, cast

from fastapi import Depends
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.verification.domain.directory import Office, Software
from services.verification.domain.keys import too_many, unknown_scopes
from services.verification.endpoints.keys import refused, unknown_software
from services.verification.ports import DirectoryStore, OfficeTouched, SoftwareTouched
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router
from shared.contracts.access import Credential, Mode
from shared.contracts.sandbox import OFFICE as SANDBOX_OFFICE
from shared.values import CredentialId, Language, OfficeId, Sha256, SoftwareSlug

routes = router()

ByOperator = Annotated[Call, Depends(caller("operator"))]
ByOperatorOrOffice = Annotated[Call, Depends(caller("operator", "office"))]
ByAnyone = Annotated[Call, Depends(caller("public"))]


class Key(BaseModel):
    """A key as it is entered: its id and the digest of its secret."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    credential_id: CredentialId
    secret_sha256: Sha256
    mode: Mode = "live"
    scopes: tuple[str, ...] = ()
    ends_at: AwareDatetime | None = None

    def credential(self) -> Credential:
        """The same, as events carry it."""
        return Credential(
            id=self.credential_id,
            secret_sha256=self.secret_sha256,
            mode=self.mode,
            scopes=self.scopes,
            ends_at=self.ends_at,
        )


class SoftwareEntry(BaseModel):
    """A billing software as the operator enters it. Without `keys` those that it has stay as they are.

    `scopes` is all that its keys and connections may ever do (empty: everything); `daily_companies` how many
    different companies it may ask for in a day.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=200)
    state: Literal["active", "suspended"] = "active"
    keys: tuple[Key, ...] | None = Field(None, max_length=10)
    scopes: tuple[str, ...] = Field((), max_length=10)
    daily_companies: int | None = Field(None, ge=1, le=1_000_000)


class SoftwareEdit(BaseModel):
    """What of a software is to change; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str | None = Field(None, min_length=1, max_length=200)
    state: Literal["active", "suspended"] | None = None
    scopes: tuple[str, ...] | None = Field(None, max_length=10)
    daily_companies: int | None = Field(None, ge=1, le=1_000_000)


class OfficeEntry(BaseModel):
    """An accounting office as the operator enters it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=200)
    language: Language = Language.NL
    client: bool = True
    credentials: tuple[Key, ...] = Field((), max_length=10)


class SoftwareListing(BaseModel):
    """What anyone may know of a software."""

    software: SoftwareSlug
    name: str
    state: str


class SoftwareView(SoftwareListing):
    """A software with the ids of its keys."""

    credential_ids: tuple[CredentialId, ...]
    scopes: tuple[str, ...]
    daily_companies: int | None


class OfficeView(BaseModel):
    """An office with the ids of its keys."""

    office_id: OfficeId
    name: str
    language: Language
    client: bool
    credential_ids: tuple[CredentialId, ...]


class Softwares(BaseModel):
    """The softwares that can connect companies."""

    softwares: tuple[SoftwareListing, ...]


@routes.get("/v1/softwares")
async def list_softwares(call: ByAnyone) -> Softwares:
    """The public list."""
    async with call.transaction() as tx:
        known = await cast(DirectoryStore, tx.store).softwares()
    listed = (SoftwareListing(software=s.software, name=s.name, state=s.state) for s in known.values())
    return Softwares(softwares=tuple(listed))


@routes.put("/v1/directory/softwares/{software}")
async def put_software(software: SoftwareSlug, entry: SoftwareEntry, call: ByOperator) -> SoftwareView:
    """Add or replace a software; with `keys`, those that are not among them stop working."""
    async with call.transaction() as tx:
        known = await cast(DirectoryStore, tx.store).lock_software(software)
        keys = known.credentials if known is not None else ()
        if entry.keys is not None:
            keys = tuple(key.credential() for key in entry.keys)
        entered = Software(software, entry.name, entry.state, keys, entry.scopes, entry.daily_companies)
        await _put(tx, entered)
    return _software(entered)


@routes.patch("/v1/directory/softwares/{software}")
async def edit_software(software: SoftwareSlug, edit: SoftwareEdit, call: ByOperator) -> SoftwareView:
    """Change what is given of a software. A suspension reaches every door within five seconds."""
    async with call.transaction() as tx:
        known = await cast(DirectoryStore, tx.store).lock_software(software)
        if known is None:
            raise unknown_software(software)
        given = edit.model_dump(exclude_unset=True)
        # Only a quota can be taken away; null says nothing about the rest.
        edited = replace(known, **{name: v for name, v in given.items() if v is not None or name == "daily_companies"})
        if edited != known:
            await _put(tx, edited)
    return _software(edited)


@routes.get("/v1/directory/softwares/{software}")
async def show_software(software: SoftwareSlug, call: ByOperator) -> SoftwareView:
    """One software."""
    async with call.transaction() as tx:
        known = (await cast(DirectoryStore, tx.store).softwares([software])).get(software)
    if known is None:
        raise unknown_software(software)
    return _software(known)


@routes.put("/v1/directory/offices/{office_id}")
async def put_office(office_id: OfficeId, entry: OfficeEntry, call: ByOperator) -> OfficeView:
    """Add or replace an office; whether it is a client decides what its companies can expect."""
    keys = tuple(key.credential() for key in entry.credentials)
    if office_id == SANDBOX_OFFICE:
        raise Problem(422, "office_id_reserved", f"found {office_id}, expected an id other than the sandbox's own")
    entered = Office(office_id, entry.name, entry.language, entry.client, keys)
    async with call.transaction() as tx:
        store = cast(DirectoryStore, tx.store)
        before = (await store.offices([office_id])).get(office_id)
        await store.put_office(entered)
        clients_changed = before is not None and before.client != entry.client
        task = OfficeTouched(office_id=office_id, clients_changed=clients_changed)
        # A waiting "nothing changed for its companies" must not stand for this one.
        tx.do(task, f"office:{office_id}", once=not clients_changed)
    return _office(entered)


@routes.get("/v1/directory/offices/{office_id}")
async def show_office(office_id: OfficeId, call: ByOperatorOrOffice) -> OfficeView:
    """One office; an office sees itself."""
    async with call.transaction() as tx:
        known = (await cast(DirectoryStore, tx.store).offices([office_id])).get(office_id)
    if known is None:
        raise Problem(404, "office_unknown", f"found no office {office_id} among those you may see")
    return _office(known)


async def _put(tx: CallTransaction, software: Software) -> None:
    wrong = unknown_scopes(software.scopes, ()) or too_many(software.credentials, tx.now)
    for key in software.credentials:
        wrong = wrong or unknown_scopes(key.scopes, software.scopes)
    if wrong is not None:
        raise refused(wrong)
    await cast(DirectoryStore, tx.store).put_software(software)
    tx.do(SoftwareTouched(software=software.software), f"software:{software.software}", once=True)


def _software(software: Software) -> SoftwareView:
    return SoftwareView(
        software=software.software,
        name=software.name,
        state=software.state,
        credential_ids=tuple(credential.id for credential in software.credentials),
        scopes=software.scopes,
        daily_companies=software.daily_companies,
    )


def _office(office: Office) -> OfficeView:
    return OfficeView(
        office_id=office.office_id,
        name=office.name,
        language=office.language,
        client=office.client,
        credential_ids=tuple(credential.id for credential in office.credentials),
    )
