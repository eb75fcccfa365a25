"""What the routes of companies, of clients and of lists have in common: how a company is shown and changed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, cast

from fastapi import Depends
from pydantic import AfterValidator, BaseModel, StringConstraints

from services.verification.domain.client_lists import CLIENT_CODE_LENGTH, NAME_LENGTH, one_line
from services.verification.domain.directory import Company, Period, overlapping, served_twice
from services.verification.ports import CompanyTouched, DirectoryStore
from shared.chassis.errors import Problem
from shared.chassis.http import Call, caller
from shared.contracts.directory import Mandate, OfficePeriod
from shared.values import EnterpriseNumber, Language, OfficeId

ByOperator = Annotated[Call, Depends(caller("operator"))]
ByOperatorOrOffice = Annotated[Call, Depends(caller("operator", "office"))]
Name = Annotated[str, AfterValidator(one_line), StringConstraints(min_length=1, max_length=NAME_LENGTH)]
ClientCode = Annotated[str, AfterValidator(one_line), StringConstraints(max_length=CLIENT_CODE_LENGTH)]


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


def view_of(company: Company) -> CompanyView:
    """What is shown of a company."""
    known = "unconfirmed" if company.unconfirmed else "bounced" if company.bounced else "known"
    return CompanyView(
        enterprise_number=company.enterprise_number,
        name=company.name,
        language=company.language,
        client_code=company.current_code,
        ceased=company.ceased,
        masked_email=company.email.masked if company.email else None,
        email_state=known if company.email else "unknown",
        offices=tuple(
            OfficePeriod(
                office_id=period.office_id,
                since=period.since,
                until=period.until,
                client_code=company.code_of(period),
            )
            for period in company.periods
        ),
        mandates=company.mandates,
    )


def no_company(number: EnterpriseNumber) -> Problem:
    """The answer for another's company, and for one that does not exist."""
    return Problem(404, "company_unknown", f"found no company {number.formatted} among those you may see")


async def known_company(store: DirectoryStore, number: EnterpriseNumber) -> Company:
    """The company, where the caller may see it. Raises `Problem` 404."""
    company = (await store.companies([number])).get(number)
    if company is None:
        raise no_company(number)
    return company


async def office_of(call: Call, tx: Any, given: OfficeId | None) -> OfficeId:
    """The office that a call is about: an office's own, or the one that the operator names."""
    if call.principal.kind == "office":
        own = OfficeId(call.principal.id)
        if given not in (None, own):
            raise Problem(404, "office_unknown", f"found no office {given} among those you may see")
        return own
    if given is None:
        raise Problem(422, "office_missing", "found no office_id, expected the office that serves the company")
    if given not in await cast(DirectoryStore, tx.store).offices([given]):
        raise Problem(422, "office_unknown", f"found no office {given}, expected one of the directory")
    return given


def operator_decides(call: Call, take_accounts: bool) -> None:
    """Raises `Problem` 403 where somebody else would take an account from another company."""
    if take_accounts and call.principal.kind != "operator":
        raise Problem(403, "operators_only", "found take_accounts, which only the operator may decide")


class Change:
    """A company that is being changed: locked, and as it was before (None: the caller saw none)."""

    def __init__(
        self, store: DirectoryStore, number: EnterpriseNumber, before: Company | None, holders: set[str] | None
    ) -> None:
        self.store, self.number, self.before, self._holders = store, number, before, holders

    async def give_accounts(self, mandates: tuple[Mandate, ...]) -> None:
        """Sees that no other company holds these accounts; where the operator decides, it holds them no more."""
        held = self.before.mandates if self.before else ()
        fresh = [mandate for mandate in mandates if mandate not in held]
        await self.store.lock_accounts([mandate.iban for mandate in fresh])
        if self._holders is not None:
            if set(await self.store.account_holders(self.number, fresh)) - self._holders:
                raise Problem(409, "directory_changed", "found an account that was given away meanwhile; try again")
            await self.store.take_accounts(self.number, fresh)
        elsewhere = await self.store.accounts_elsewhere(self.number, fresh)
        if elsewhere:
            detail = f"found account {elsewhere[0]} as another company's, expected an account that is no other's"
            raise Problem(409, "mandate_of_another_company", detail)


@asynccontextmanager
async def changing(
    tx: Any, number: EnterpriseNumber, mandates: tuple[Mandate, ...] = (), *, take_accounts: bool = False
) -> AsyncIterator[Change]:
    """Locks a company while it is changed; when it is another afterwards, its snapshot follows, and only then.

    With `take_accounts` (the operator decides) other companies' mandates of these accounts end where these begin.
    """
    refuse_mandates(mandates)
    store = cast(DirectoryStore, tx.store)
    holders = await store.account_holders(number, mandates) if take_accounts else []
    await store.lock_companies(sorted({number, *holders}))
    before = await store.companies([number, *holders])
    yield Change(store, number, before.get(number), set(holders) if take_accounts else None)
    after = await store.companies([number, *holders])
    for changed in sorted(each for each in {*before, *after} if before.get(each) != after.get(each)):
        task = CompanyTouched(enterprise_number=changed)
        tx.do(task, task.key, once=True)


def refuse_mandates(mandates: tuple[Mandate, ...]) -> None:
    """Raises `Problem` 422 for an account that stands twice or a mandate that ends before it begins."""
    accounts = [mandate.iban for mandate in mandates]
    doubled = next((iban for iban in accounts if accounts.count(iban) > 1), None)
    if doubled is not None:
        raise Problem(422, "mandate_doubled", f"found account {doubled} twice, expected each account once")
    backwards = next((each for each in mandates if each.until is not None and each.until <= each.since), None)
    if backwards is not None:
        detail = f"found a mandate for account {backwards.iban} that ends before it begins"
        raise Problem(422, "mandate_backwards", detail)


def refuse_periods(periods: tuple[Period, ...]) -> None:
    """Raises `Problem` 422 for a period that ends before it begins and for two that overlap."""
    backwards = next((p for p in periods if p.until is not None and p.until <= p.since), None)
    if backwards is not None:
        detail = f"found a period of office {backwards.office_id} that ends before it begins"
        raise Problem(422, "period_backwards", detail)
    pair = overlapping(periods)
    if pair is not None:
        detail = f"found two periods of office {pair[0].office_id} that overlap, expected one after the other"
        raise Problem(422, "periods_overlap", detail)
    pair = served_twice(periods)
    if pair is not None:
        detail = f"found offices {pair[0].office_id} and {pair[1].office_id} at once, expected one office at a time"
        raise Problem(422, "periods_overlap", detail)
