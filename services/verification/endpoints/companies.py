"""Companies: the operator keeps them all, an office mends those that it serves today."""

from typing import Annotated, Any, cast

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field

from services.verification.domain.directory import Company, Period, overlapping
from services.verification.ports import CompanyEdit, CompanyTouched, DirectoryStore
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller, router
from shared.contracts.directory import Mandate, OfficePeriod
from shared.values import EmailAddress, EnterpriseNumber, Language

routes = router()

ByOperator = Annotated[Call, Depends(caller("operator"))]
ByOperatorOrOffice = Annotated[Call, Depends(caller("operator", "office"))]


class CompanyEntry(BaseModel):
    """A company as the operator enters it; what is left out is empty."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=200)
    language: Language = Language.NL
    email: EmailAddress | None = None
    ceased: bool = False
    client_code: str = Field("", max_length=60)
    offices: tuple[OfficePeriod, ...] = Field((), max_length=50)
    mandates: tuple[Mandate, ...] = Field((), max_length=200)


class CompanyMending(BaseModel):
    """What of a company is to change; what is left out stays, `email: null` takes the address away."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: EmailAddress | None = None
    client_code: str | None = Field(None, max_length=60)
    mandates: tuple[Mandate, ...] | None = Field(None, max_length=200)


class CompanyView(BaseModel):
    """A company as its office sees it. The address is masked: whoever needs it has it."""

    enterprise_number: EnterpriseNumber
    name: str
    language: Language
    client_code: str
    ceased: bool
    masked_email: str | None
    email_state: str
    offices: tuple[OfficePeriod, ...]
    mandates: tuple[Mandate, ...]


@routes.put("/v1/directory/companies/{enterprise_number}")
async def put_company(enterprise_number: EnterpriseNumber, entry: CompanyEntry, call: ByOperator) -> CompanyView:
    """Add or replace a company."""
    _refuse_mandates(entry.mandates)
    periods = tuple(Period(p.office_id, p.since, p.until, client=False) for p in entry.offices)
    _refuse_impossible(periods)
    async with call.transaction() as tx:
        store = cast(DirectoryStore, tx.store)
        wanted = sorted({period.office_id for period in periods})
        missing = sorted(set(wanted) - set(await store.offices(wanted)))
        if missing:
            raise Problem(422, "office_unknown", f"found no office {missing[0]}, expected one of the directory")
        await store.lock_companies([enterprise_number])
        await store.put_company(
            Company(
                enterprise_number=enterprise_number,
                name=entry.name,
                language=entry.language,
                client_code=entry.client_code,
                ceased=entry.ceased,
                email=entry.email,
                periods=periods,
                mandates=entry.mandates,
            )
        )
        return await _touched(tx, store, enterprise_number)


@routes.patch("/v1/directory/companies/{enterprise_number}")
async def mend_company(
    enterprise_number: EnterpriseNumber, mending: CompanyMending, call: ByOperatorOrOffice
) -> CompanyView:
    """Change an address, a client code or mandates; requests that waited for it go on by themselves."""
    _refuse_mandates(mending.mandates or ())
    edit = CompanyEdit(
        email=mending.email,
        email_removed="email" in mending.model_fields_set and mending.email is None,
        client_code=mending.client_code,
        mandates=mending.mandates,
    )
    async with call.transaction() as tx:
        store = cast(DirectoryStore, tx.store)
        await store.lock_companies([enterprise_number])
        if not await store.edit_company(enterprise_number, edit):
            raise _no_company(enterprise_number)
        return await _touched(tx, store, enterprise_number)


@routes.get("/v1/directory/companies/{enterprise_number}")
async def show_company(enterprise_number: EnterpriseNumber, call: ByOperatorOrOffice) -> CompanyView:
    """One company; another office's is as unknown as one that does not exist."""
    async with call.transaction() as tx:
        return await _view(cast(DirectoryStore, tx.store), enterprise_number)


async def _touched(tx: Any, store: DirectoryStore, number: EnterpriseNumber) -> CompanyView:
    task = CompanyTouched(enterprise_number=number)
    tx.do(task, task.key, once=True)
    return await _view(store, number)


async def _view(store: DirectoryStore, number: EnterpriseNumber) -> CompanyView:
    company = (await store.companies([number])).get(number)
    if company is None:
        raise _no_company(number)
    known = "bounced" if company.bounced else "known"
    return CompanyView(
        enterprise_number=company.enterprise_number,
        name=company.name,
        language=company.language,
        client_code=company.client_code,
        ceased=company.ceased,
        masked_email=company.email.masked if company.email else None,
        email_state=known if company.email else "unknown",
        offices=tuple(
            OfficePeriod(office_id=period.office_id, since=period.since, until=period.until)
            for period in company.periods
        ),
        mandates=company.mandates,
    )


def _no_company(number: EnterpriseNumber) -> Problem:
    return Problem(404, "company_unknown", f"found no company {number.formatted} among those you may see")


def _refuse_mandates(mandates: tuple[Mandate, ...]) -> None:
    accounts = [mandate.iban for mandate in mandates]
    doubled = next((iban for iban in accounts if accounts.count(iban) > 1), None)
    if doubled is not None:
        raise Problem(422, "mandate_doubled", f"found account {doubled} twice, expected each account once")
    backwards = next((each for each in mandates if each.until is not None and each.until <= each.since), None)
    if backwards is not None:
        detail = f"found a mandate for account {backwards.iban} that ends before it begins"
        raise Problem(422, "mandate_backwards", detail)


def _refuse_impossible(periods: tuple[Period, ...]) -> None:
    backwards = next((p for p in periods if p.until is not None and p.until <= p.since), None)
    if backwards is not None:
        detail = f"found a period of office {backwards.office_id} that ends before it begins"
        raise Problem(422, "period_backwards", detail)
    pair = overlapping(periods)
    if pair is not None:
        detail = f"found two periods of office {pair[0].office_id} that overlap, expected one after the other"
        raise Problem(422, "periods_overlap", detail)
