"""Softwares and offices: who calls, and by which keys. Only digests of keys come in, none goes out."""

from typing import Annotated, Literal, cast

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field

from services.verification.domain.directory import Office, Software
from services.verification.ports import DirectoryStore, OfficeTouched, SoftwareTouched
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router
from shared.contracts.access import Credential, Mode
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

    def credential(self) -> Credential:
        """The same, as events carry it."""
        return Credential(id=self.credential_id, secret_sha256=self.secret_sha256, mode=self.mode, scopes=self.scopes)


class SoftwareEntry(BaseModel):
    """A billing software as the operator enters it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=200)
    state: Literal["active", "suspended"] = "active"
    keys: tuple[Key, ...] = Field((), max_length=10)


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
    """Add or replace a software; keys that are left out stop working."""
    keys = tuple(key.credential() for key in entry.keys)
    entered = Software(software, entry.name, entry.state, keys)
    async with call.transaction() as tx:
        await cast(DirectoryStore, tx.store).put_software(entered)
        tx.do(SoftwareTouched(software=software), f"software:{software}", once=True)
    return _software(entered)


@routes.get("/v1/directory/softwares/{software}")
async def show_software(software: SoftwareSlug, call: ByOperator) -> SoftwareView:
    """One software."""
    async with call.transaction() as tx:
        known = (await cast(DirectoryStore, tx.store).softwares([software])).get(software)
    if known is None:
        raise Problem(404, "software_unknown", f"found no software {software} in the directory")
    return _software(known)


@routes.put("/v1/directory/offices/{office_id}")
async def put_office(office_id: OfficeId, entry: OfficeEntry, call: ByOperator) -> OfficeView:
    """Add or replace an office; whether it is a client decides what its companies can expect."""
    keys = tuple(key.credential() for key in entry.credentials)
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


def _software(software: Software) -> SoftwareView:
    return SoftwareView(
        software=software.software,
        name=software.name,
        state=software.state,
        credential_ids=tuple(credential.id for credential in software.credentials),
    )


def _office(office: Office) -> OfficeView:
    return OfficeView(
        office_id=office.office_id,
        name=office.name,
        language=office.language,
        client=office.client,
        credential_ids=tuple(credential.id for credential in office.credentials),
    )
