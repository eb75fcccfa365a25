"""The clients of an office: listed, added, changed and ended by the office itself, or by the operator for it."""

from datetime import date
from typing import Annotated, cast

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from services.verification.domain.directory import Company, reassigned
from services.verification.endpoints.entries import (
    ByOperator,
    ByOperatorOrOffice,
    ClientCode,
    CompanyView,
    Name,
    changing,
    known_company,
    no_company,
    office_of,
    operator_decides,
    refuse_periods,
    view_of,
)
from services.verification.ports import CompanyEdit, DirectoryStore
from shared.chassis.errors import Problem
from shared.chassis.http import router
from shared.contracts.directory import Mandate
from shared.values import EmailAddress, EnterpriseNumber, Language, OfficeId
from shared.values.days import belgian_day

routes = router()


class ClientEntry(BaseModel):
    """A client as its office enters it; what is left out is empty. `since` is the first day it is served: today."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    language: Language = Language.NL
    email: EmailAddress | None = None
    client_code: ClientCode = ""
    mandates: tuple[Mandate, ...] = Field((), max_length=200)
    since: date | None = None
    office_id: OfficeId | None = Field(None, description="needed from the operator; an office's is its own")


class Ending(BaseModel):
    """`until` is the first day on which the office no longer serves the client: today."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    until: date | None = None
    office_id: OfficeId | None = Field(None, description="needed from the operator; an office's is its own")


class Move(BaseModel):
    """The office that serves the company from a day on; every other one's service ends there.

    The code of the office before is that office's own: the new one has the code that is given here, or that it had
    when it served the company before.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    office_id: OfficeId
    since: date
    client_code: ClientCode | None = None


class ClientPage(BaseModel):
    """Clients in the order of their numbers; `after=next_after` asks for the following ones."""

    clients: tuple[CompanyView, ...]
    more: bool
    next_after: str


@routes.get("/v1/directory/clients")
async def list_clients(
    call: ByOperatorOrOffice,
    after: Annotated[str, Query(max_length=10)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    office_id: OfficeId | None = None,
) -> ClientPage:
    """The clients that the office serves today; for the operator all companies, or those of one office."""
    async with call.transaction() as tx:
        store = cast(DirectoryStore, tx.store)
        asked = (
            None if office_id is None and call.principal.kind == "operator" else await office_of(call, tx, office_id)
        )
        numbers = await store.client_numbers(asked, after, limit + 1, belgian_day(tx.now))
        companies = await store.companies(numbers[:limit])
    listed = tuple(view_of(companies[number]) for number in numbers[:limit] if number in companies)
    last = numbers[:limit][-1] if numbers else after
    return ClientPage(clients=listed, more=len(numbers) > limit, next_after=last)


@routes.put("/v1/directory/clients/{enterprise_number}", responses={201: {"model": CompanyView}})
async def put_client(
    enterprise_number: EnterpriseNumber,
    entry: ClientEntry,
    call: ByOperatorOrOffice,
    response: Response,
    take_accounts: bool = False,
) -> CompanyView:
    """Add a client or replace its entry; the same again changes nothing.

    A company that another office serves is refused (409 `company_served_by_another_office`): the operator moves it.
    """
    operator_decides(call, take_accounts)
    async with call.transaction() as tx:
        office_id = await office_of(call, tx, entry.office_id)
        since = entry.since or belgian_day(tx.now)
        if call.principal.kind == "office" and since > belgian_day(tx.now):
            raise Problem(422, "since_ahead", f"found {since}, expected a day on which the office serves the company")
        store = cast(DirectoryStore, tx.store)
        async with changing(tx, enterprise_number, entry.mandates, take_accounts=take_accounts) as change:
            claim = await store.claim(enterprise_number, office_id, since)
            if claim.taken:
                raise _taken(enterprise_number)
            await store.add_client(Company(enterprise_number, entry.name, entry.language), claim, office_id, since)
            await change.give_accounts(entry.mandates)
            await store.edit_company(enterprise_number, _edit(entry))
        company = await known_company(store, enterprise_number)
        refuse_periods(company.periods)
    response.status_code = 200 if claim.known else 201
    return view_of(company)


@routes.post("/v1/directory/clients/{enterprise_number}/end", status_code=204)
async def end_client(enterprise_number: EnterpriseNumber, ending: Ending, call: ByOperatorOrOffice) -> None:
    """End the office's service; from that day on another office may add the company."""
    async with call.transaction() as tx:
        office_id = await office_of(call, tx, ending.office_id)
        today = belgian_day(tx.now)
        until = ending.until or today
        if call.principal.kind == "office" and until < today:
            raise Problem(422, "until_past", f"found {until}, expected today or a later day")
        store = cast(DirectoryStore, tx.store)
        async with changing(tx, enterprise_number):
            if not await store.end_client(enterprise_number, office_id, until):
                raise no_company(enterprise_number)


@routes.put("/v1/directory/clients/{enterprise_number}/office")
async def move_client(enterprise_number: EnterpriseNumber, move: Move, call: ByOperator) -> CompanyView:
    """Move a company to another office from a day on; its connections stay."""
    async with call.transaction() as tx:
        office_id = await office_of(call, tx, move.office_id)
        store = cast(DirectoryStore, tx.store)
        async with changing(tx, enterprise_number) as change:
            if change.before is None:
                raise no_company(enterprise_number)
            await store.replace_periods(enterprise_number, reassigned(change.before.periods, office_id, move.since))
            if move.client_code is not None:
                await store.edit_company(enterprise_number, CompanyEdit(client_code=move.client_code))
        return view_of(await known_company(store, enterprise_number))


def _taken(number: EnterpriseNumber) -> Problem:
    detail = f"found company {number.formatted} with another office on that day, expected one that no office serves"
    return Problem(409, "company_served_by_another_office", detail)


def _edit(entry: ClientEntry) -> CompanyEdit:
    return CompanyEdit(
        email=entry.email,
        email_removed=entry.email is None,
        client_code=entry.client_code,
        name=entry.name,
        language=entry.language,
        mandates=entry.mandates,
    )
