"""Fiduciaries and clients the v2 way: an office sees itself and its clients, a connection its one company.

A software is never told which office a company has: it sees "an accounting office", by an id that it cannot compare
with another company's. A company without an office shows the operator's own.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends

from services.verification.domain.connected import ConnectedCompany
from services.verification.domain.directory import Company, Office
from services.verification.endpoints.fiduciary_shapes import (
    Fiduciary,
    FiduciaryClient,
    LegalEntity,
    accounts,
    legal_entity,
    modified_at,
    modified_on,
)
from services.verification.ports import DirectoryStore
from shared.chassis.calls import CallTransaction
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router
from shared.contracts.compatibility import OPERATORS_FIDUCIARY, client_id, fiduciary_id, fiduciary_of_company
from shared.values import ConnectionId, EnterpriseNumber, Language, OfficeId
from shared.values.days import belgian_day

routes = router()
Fetcher = Annotated[Call, Depends(caller("office", "connection"))]

OPERATOR = "Relais"
_SOME_OFFICE: Mapping[Language, str] = MappingProxyType(
    {
        Language.NL: "Accountantskantoor",
        Language.FR: "Bureau comptable",
        Language.DE: "Buchhaltungsbüro",
        Language.EN: "Accounting office",
    }
)
_COMPANIES_A_QUERY = 500


@routes.get("/v2/fiduciaries")
async def list_fiduciaries(call: Fetcher) -> list[Fiduciary]:
    """The office itself; for a connection the office of its company, in general words."""
    async with call.transaction() as tx:
        return [await _fiduciary(call, tx)]


@routes.get("/v2/fiduciaries/{fiduciary_id}")
async def show_fiduciary(fiduciary_id: str, call: Fetcher) -> Fiduciary:
    """One of these. 404 `office_unknown`, also for somebody else's."""
    async with call.transaction() as tx:
        own = await _fiduciary(call, tx)
    if str(own.id) != _uuid(fiduciary_id):
        raise Problem(404, "office_unknown", "There is no such fiduciary for this caller.")
    return own


@routes.get("/v2/clients")
async def list_clients(call: Fetcher) -> list[FiduciaryClient]:
    """The companies that the office serves today; for a connection its company."""
    async with call.transaction() as tx:
        if call.principal.kind == "connection":
            return [await _connected(call, tx)]
        found: list[FiduciaryClient] = []
        for numbers in _in_parts(await _numbers(call, tx)):
            companies = await cast(DirectoryStore, tx.store).companies(numbers)
            found += [_client(companies[number], call, tx) for number in numbers if number in companies]
        return found


@routes.get("/v2/clients/{client_id}")
async def show_client(client_id: str, call: Fetcher) -> FiduciaryClient:
    """One of these. 404 `company_unknown`, also for somebody else's."""
    wanted = _uuid(client_id)
    async with call.transaction() as tx:
        if call.principal.kind == "connection":
            own = await _connected(call, tx)
            if str(own.id) == wanted:
                return own
            raise _no_client()
        # The id is made of the number and cannot be read back.
        number = next((each for each in await _numbers(call, tx) if _id_of(each, call) == wanted), None)
        company = (await cast(DirectoryStore, tx.store).companies([number])).get(number) if number else None
        if company is None:
            raise _no_client()
        return _client(company, call, tx)


async def _fiduciary(call: Call, tx: CallTransaction) -> Fiduciary:
    store = cast(DirectoryStore, tx.store)
    if call.principal.kind == "office":
        office_id = OfficeId(call.principal.id)
        office = (await store.offices([office_id])).get(office_id) or Office(
            office_id, office_id, Language.NL, client=True
        )
        return _named(fiduciary_id(office_id), office.name, office.language)
    company = await _company(call, store)
    own = await _fiduciary_of(company.enterprise_number, call, tx)
    name = OPERATOR if own == OPERATORS_FIDUCIARY else _SOME_OFFICE[company.language]
    return _named(own, name, company.language)


def _named(own: UUID, name: str, language: Language) -> Fiduciary:
    return Fiduciary(id=own, name=name, legal_entity=LegalEntity(name=name), language=language)


async def _fiduciary_of(number: EnterpriseNumber, call: Call, tx: CallTransaction) -> UUID:
    """The office of a connection's company; a simulated company has none."""
    if call.principal.mode != "live":
        return OPERATORS_FIDUCIARY
    standing = await cast(DirectoryStore, tx.store).standing(number, belgian_day(tx.now))
    served = standing is not None and standing.served_by_client
    return fiduciary_of_company(number) if served else OPERATORS_FIDUCIARY


async def _company(call: Call, store: DirectoryStore) -> ConnectedCompany:
    own = await store.company_of_connection(ConnectionId(call.principal.id))
    if own is None:  # a simulated company
        number = EnterpriseNumber(call.principal.enterprise_number or "")
        return ConnectedCompany(number, number.formatted, Language.NL)
    return own


async def _connected(call: Call, tx: CallTransaction) -> FiduciaryClient:
    """Its accounts are shown to whoever may read its statements."""
    company = await _company(call, cast(DirectoryStore, tx.store))
    number = company.enterprise_number
    own, fiduciary = client_id(number, None), await _fiduciary_of(number, call, tx)
    mandates = company.mandates if "statements:read" in call.principal.scopes else ()
    return FiduciaryClient(
        id=own,
        fiduciary_id=fiduciary,
        legal_entity=legal_entity(company.name, number),
        language=company.language,
        state_modified_at=modified_at(company.activated_at),
        **accounts(number, own, fiduciary, mandates, belgian_day(tx.now)),
    )


def _client(company: Company, call: Call, tx: CallTransaction) -> FiduciaryClient:
    """A client as its office keeps it, its address with it: the office's own list has it as well."""
    office, number, day = OfficeId(call.principal.id), company.enterprise_number, belgian_day(tx.now)
    own, fiduciary = client_id(number, office), fiduciary_id(office)
    since = max((p.since for p in company.periods if p.office_id == office and p.holds_on(day)), default=day)
    return FiduciaryClient(
        id=own,
        fiduciary_id=fiduciary,
        legal_entity=legal_entity(company.name, number),
        client_code=company.current_code,
        contact_email=company.email or "",
        language=company.language,
        state_modified_at=modified_on(since),
        **accounts(number, own, fiduciary, company.mandates, day),
    )


async def _numbers(call: Call, tx: CallTransaction) -> list[EnterpriseNumber]:
    """All clients of the office today."""
    store, office = cast(DirectoryStore, tx.store), OfficeId(call.principal.id)
    return await store.client_numbers(office, "", 2**31 - 1, belgian_day(tx.now))


def _in_parts(numbers: list[EnterpriseNumber]) -> list[list[EnterpriseNumber]]:
    return [numbers[start : start + _COMPANIES_A_QUERY] for start in range(0, len(numbers), _COMPANIES_A_QUERY)]


def _id_of(number: EnterpriseNumber, call: Call) -> str:
    return str(client_id(number, OfficeId(call.principal.id)))


def _uuid(text: str) -> str:
    """The id in its one spelling; empty for what is none."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _no_client() -> Problem:
    return Problem(404, "company_unknown", "There is no such client for this caller.")
