"""Companies: the operator keeps them all, an office mends those that it serves today."""

from typing import cast

from pydantic import BaseModel, ConfigDict, Field

from services.verification.domain.directory import Company, Period
from services.verification.endpoints.entries import (
    ByOperator,
    ByOperatorOrOffice,
    ClientCode,
    CompanyView,
    Name,
    changing,
    known_company,
    no_company,
    operator_decides,
    refuse_mandates,
    refuse_periods,
    view_of,
)
from services.verification.ports import CompanyEdit, DirectoryStore
from shared.chassis.errors import Problem
from shared.chassis.http import router
from shared.contracts.directory import Mandate, OfficePeriod
from shared.values import EmailAddress, EnterpriseNumber, Language

routes = router()


class CompanyEntry(BaseModel):
    """A company as the operator enters it; what is left out is empty."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    language: Language = Language.NL
    email: EmailAddress | None = None
    email_confirmed: bool = True
    ceased: bool = False
    client_code: ClientCode = ""
    offices: tuple[OfficePeriod, ...] = Field((), max_length=50)
    mandates: tuple[Mandate, ...] = Field((), max_length=200)


class CompanyMending(BaseModel):
    """What of a company is to change; what is left out stays, `email: null` takes the address away."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: EmailAddress | None = None
    email_confirmed: bool | None = None
    name: Name | None = None
    language: Language | None = None
    client_code: ClientCode | None = None
    mandates: tuple[Mandate, ...] | None = Field(None, max_length=200)


@routes.put("/v1/directory/companies/{enterprise_number}")
async def put_company(
    enterprise_number: EnterpriseNumber, entry: CompanyEntry, call: ByOperator, take_accounts: bool = False
) -> CompanyView:
    """Add or replace a company; the same again changes nothing.

    An account that is another company's is refused, unless the operator decides with `take_accounts` that it is
    that company's no more.
    """
    refuse_mandates(entry.mandates)
    periods = tuple(Period(p.office_id, p.since, p.until, False, p.client_code) for p in entry.offices)
    refuse_periods(periods)
    async with call.transaction() as tx:
        store = cast(DirectoryStore, tx.store)
        wanted = sorted({period.office_id for period in periods})
        missing = sorted(set(wanted) - set(await store.offices(wanted)))
        if missing:
            raise Problem(422, "office_unknown", f"found no office {missing[0]}, expected one of the directory")
        async with changing(tx, enterprise_number, entry.mandates, take_accounts=take_accounts) as change:
            await change.give_accounts(entry.mandates)
            await store.put_company(_entered(enterprise_number, entry, periods))
            await store.confirm_email(enterprise_number, confirmed=entry.email_confirmed)
        return view_of(await known_company(store, enterprise_number))


@routes.patch("/v1/directory/clients/{enterprise_number}", name="mend_client")
@routes.patch("/v1/directory/companies/{enterprise_number}")
async def mend_company(
    enterprise_number: EnterpriseNumber, mending: CompanyMending, call: ByOperatorOrOffice, take_accounts: bool = False
) -> CompanyView:
    """Change a name, an address, a client code or mandates; requests that waited for it go on by themselves.

    `take_accounts` is for the operator: accounts that are another company's are that company's no more.
    """
    operator_decides(call, take_accounts)
    edit = CompanyEdit(
        email=mending.email,
        email_removed="email" in mending.model_fields_set and mending.email is None,
        client_code=mending.client_code,
        name=mending.name,
        language=mending.language,
        mandates=mending.mandates,
    )
    async with call.transaction() as tx:
        store = cast(DirectoryStore, tx.store)
        given = mending.mandates or ()
        async with changing(tx, enterprise_number, given, take_accounts=take_accounts) as change:
            if change.before is None:
                raise no_company(enterprise_number)
            await change.give_accounts(given)
            await store.edit_company(enterprise_number, edit)
            if mending.email_confirmed is not None:
                await store.confirm_email(enterprise_number, confirmed=mending.email_confirmed)
        return view_of(await known_company(store, enterprise_number))


@routes.get("/v1/directory/clients/{enterprise_number}", name="show_client")
@routes.get("/v1/directory/companies/{enterprise_number}")
async def show_company(enterprise_number: EnterpriseNumber, call: ByOperatorOrOffice) -> CompanyView:
    """One company; another office's is as unknown as one that does not exist."""
    async with call.transaction() as tx:
        return view_of(await known_company(cast(DirectoryStore, tx.store), enterprise_number))


def _entered(number: EnterpriseNumber, entry: CompanyEntry, periods: tuple[Period, ...]) -> Company:
    return Company(
        enterprise_number=number,
        name=entry.name,
        language=entry.language,
        client_code=entry.client_code,
        ceased=entry.ceased,
        email=entry.email,
        periods=periods,
        mandates=entry.mandates,
    )
